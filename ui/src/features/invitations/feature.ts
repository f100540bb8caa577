import { QrcodeOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 4,
  path: "/invitations",
  word: "invitations",
  icon: QrcodeOutlined,
  load: () => import("./index"),
};
