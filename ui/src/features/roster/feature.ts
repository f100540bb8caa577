import { TeamOutlined } from "@ant-design/icons";
import type { Feature } from "@/shell/features";

export const feature: Feature = {
  order: 1,
  path: "/roster",
  word: "roster",
  icon: TeamOutlined,
  commands: [
    { word: "add", shortcut: "Mod+I", changes: true },
    { word: "find", shortcut: "Mod+F" },
    { word: "goTo", shortcut: "Mod+G" },
    { word: "replace", shortcut: "Mod+H", changes: true },
    { word: "merge", shortcut: "Mod+Shift+M", changes: true },
    { word: "problems", shortcut: "F8" },
    { word: "export" },
  ],
  load: () => import("./index"),
};
