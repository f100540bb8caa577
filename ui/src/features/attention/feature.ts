import { ExclamationCircleOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 3,
  path: "/attention",
  word: "attention",
  icon: ExclamationCircleOutlined,
  load: () => import("./index"),
};
