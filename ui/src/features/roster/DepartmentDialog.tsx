import { Modal } from "antd";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Tree, type TreeHandle } from "@/kit/tree";
import { branchOf, childrenOf, visibleRows } from "@/kit/tree/rows";
import { useDepartments } from "./useDepartments";

interface DepartmentDialogProps {
  isOpen: boolean;
  title: string;
  /** Name of the choice of no department at all. */
  whole: string;
  /** Chosen when it opens. */
  chosen?: string | null;
  /** Left out with all below it. */
  excluded?: string | null;
  onClose: () => void;
  /** It is gone from the screen: give the focus back. */
  onClosed?: () => void;
  onChoose: (department: string | null) => Promise<unknown> | undefined;
}

/** Chooses a department in the tree, found by typing part of its name. */
export const DepartmentDialog = ({ isOpen, title, onClose, onClosed, ...rest }: DepartmentDialogProps) => {
  const { t } = useTranslation();
  const confirm = useRef<() => void>(() => undefined);
  return (
    <Modal
      open={isOpen}
      title={title}
      onCancel={onClose}
      onOk={() => confirm.current()}
      okText={t("shell.common.ok")}
      cancelText={t("shell.common.cancel")}
      afterClose={onClosed}
      destroyOnHidden
      width={420}
    >
      <Chooser {...rest} onClose={onClose} confirm={confirm} />
    </Modal>
  );
};

const Chooser = ({
  whole,
  chosen = null,
  excluded = null,
  onClose,
  onChoose,
  confirm,
}: Omit<DepartmentDialogProps, "isOpen" | "title" | "onClosed"> & { confirm: { current: () => void } }) => {
  const { t } = useTranslation();
  const { departments } = useDepartments();
  const [selected, setSelected] = useState<string | null>(chosen);
  const [filter, setFilter] = useState("");
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(departments.filter((node) => node.parent === null).map((node) => node.id)),
  );
  const tree = useRef<TreeHandle>(null);
  const nodes = useMemo(() => {
    if (excluded === null) return departments;
    const branch = branchOf(childrenOf(departments), excluded);
    return departments.filter((node) => !branch.has(node.id));
  }, [departments, excluded]);

  const choose = (id: string | null) => {
    onClose();
    void onChoose(id);
  };
  confirm.current = () => choose(selected);

  const find = (text: string) => {
    setFilter(text);
    const typed = text.trim().toLowerCase();
    const hit = visibleRows(nodes, expanded, text).find((row) => row.node.name.toLowerCase().includes(typed));
    if (typed !== "" && hit) setSelected(hit.node.id);
  };

  return (
    <div className="department-chooser">
      <input
        // The dialog is for finding one: typing comes first.
        // biome-ignore lint/a11y/noAutofocus: the dialog was just opened by the person
        autoFocus
        type="search"
        className="field"
        placeholder={t("roster.tree.filter")}
        aria-label={t("roster.tree.filter")}
        value={filter}
        onChange={(event) => find(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "ArrowDown") {
            event.preventDefault();
            tree.current?.focus();
          } else if (event.key === "Enter") choose(selected);
        }}
      />
      <Tree
        ref={tree}
        label={t("roster.tree.title")}
        nodes={nodes}
        whole={{ name: whole, count: null }}
        selected={selected}
        onSelect={setSelected}
        expanded={expanded}
        onExpand={(id, isExpanded) =>
          setExpanded((now) => {
            const next = new Set(now);
            if (isExpanded) next.add(id);
            else next.delete(id);
            return next;
          })
        }
        words={{
          more: t("roster.tree.more"),
          name: t("roster.tree.name"),
          none: t("roster.tree.noneFound"),
        }}
        filter={filter}
      />
    </div>
  );
};
