import { SettingOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 9,
  path: "/settings",
  word: "settings",
  icon: SettingOutlined,
  load: () => import("./index"),
};
