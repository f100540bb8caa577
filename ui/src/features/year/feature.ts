import { CalendarOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 5,
  path: "/year",
  word: "year",
  icon: CalendarOutlined,
  kinds: ["school", "institution"],
  changes: true,
  load: () => import("./index"),
};
