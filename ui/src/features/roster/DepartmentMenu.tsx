import {
  DeleteOutlined,
  EditOutlined,
  FolderOutlined,
  HistoryOutlined,
  InfoCircleOutlined,
  MergeCellsOutlined,
  PlusOutlined,
  SwapOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { DepartmentNode } from "@/generated/types";
import type { MenuItem } from "@/kit/ContextMenu";

interface Acts {
  make: (parent: string | null) => void;
  rename: (id: string) => void;
  open: (id: string) => void;
  showHistory: (id: string) => void;
  ask: (wish: "move" | "merge", id: string) => void;
  archive: (id: string) => void;
  restore: (id: string) => void;
  remove: (id: string) => void;
}

/** What can be done to a department, or to the whole tree when there is none. */
export const departmentMenu = (
  t: TFunction,
  node: DepartmentNode | undefined,
  acts: Acts,
  onlyReads: boolean,
): (MenuItem | "line")[] => {
  if (!node) {
    const run = () => acts.make(null);
    const isDisabled = onlyReads;
    return [{ key: "new", label: t("roster.tree.newTop"), icon: <PlusOutlined />, isDisabled, run }];
  }
  const { id } = node;
  const looking: MenuItem[] = [
    {
      key: "details",
      label: t("departments.details"),
      icon: <InfoCircleOutlined />,
      shortcut: "Alt+Enter",
      run: () => acts.open(id),
    },
    {
      key: "history",
      label: t("departments.history"),
      icon: <HistoryOutlined />,
      run: () => acts.showHistory(id),
    },
  ];
  if (onlyReads) return looking;
  return [
    {
      key: "new",
      label: t("roster.tree.newBelow"),
      icon: <PlusOutlined />,
      isDisabled: node.is_hidden,
      run: () => acts.make(id),
    },
    {
      key: "rename",
      label: t("roster.tree.rename"),
      icon: <EditOutlined />,
      shortcut: "F2",
      run: () => acts.rename(id),
    },
    ...looking,
    "line",
    { key: "move", label: t("roster.tree.moveTo"), icon: <SwapOutlined />, run: () => acts.ask("move", id) },
    {
      key: "merge",
      label: t("departments.merge"),
      icon: <MergeCellsOutlined />,
      run: () => acts.ask("merge", id),
    },
    node.is_hidden
      ? {
          key: "restore",
          label: t("departments.restore"),
          icon: <UndoOutlined />,
          run: () => acts.restore(id),
        }
      : {
          key: "archive",
          label: t("departments.archive"),
          icon: <FolderOutlined />,
          run: () => acts.archive(id),
        },
    "line",
    {
      key: "remove",
      label: t("roster.tree.remove"),
      icon: <DeleteOutlined />,
      shortcut: "Delete",
      isDanger: true,
      run: () => acts.remove(id),
    },
  ];
};
