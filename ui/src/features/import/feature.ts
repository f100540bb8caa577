import { ImportOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 2,
  path: "/import",
  word: "import",
  icon: ImportOutlined,
  changes: true,
  load: () => import("./index"),
};
