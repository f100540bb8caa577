import { HistoryOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 5,
  path: "/history",
  word: "history",
  icon: HistoryOutlined,
  load: () => import("./index"),
};
