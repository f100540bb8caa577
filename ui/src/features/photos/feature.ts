import { CameraOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 2.5,
  path: "/photos",
  word: "photos",
  icon: CameraOutlined,
  changes: true,
  load: () => import("./index"),
};
