import { LayoutOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 10,
  path: "/layouts",
  word: "layouts",
  icon: LayoutOutlined,
  isAside: true,
  load: () => import("./index"),
};
