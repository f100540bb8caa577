import { CalendarOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 5,
  path: "/year",
  word: "year",
  icon: CalendarOutlined,
  ofClasses: true,
  changes: true,
  load: () => import("./index"),
};
