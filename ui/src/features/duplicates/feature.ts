import { UsergroupDeleteOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 4,
  path: "/duplicates",
  word: "duplicates",
  icon: UsergroupDeleteOutlined,
  changes: true,
  load: () => import("./index"),
};
