import { TeamOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 1,
  path: "/roster",
  word: "roster",
  icon: TeamOutlined,
  key: "r",
  load: () => import("./index"),
};
