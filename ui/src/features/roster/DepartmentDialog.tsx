import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/kit/Dialog";
import { isNamedBy, Tree, type TreeHandle } from "@/kit/tree";
import { branchOf, childrenOf, visibleRows } from "@/kit/tree/rows";
import { useDepartments, useTreeNodes } from "./useDepartments";

interface DepartmentDialogProps {
  isOpen: boolean;
  title: string;
  okText?: string;
  /** Name of the choice of no department at all; null where one must be chosen. */
  whole: string | null;
  /** Chosen when it opens. */
  chosen?: string | null;
  /** Left out with all below it. */
  excluded?: string | null;
  /** Said above the tree. */
  hint?: string;
  /** What choosing it would do, below the tree; `undefined` while nothing is chosen. */
  outcome?: (chosen: string | null | undefined, onRefused: (isRefused: boolean) => void) => ReactNode;
  onClose: () => void;
  /** It is gone from the screen: give the focus back. */
  onClosed?: () => void;
  onChoose: (department: string | null) => Promise<unknown> | undefined;
}

/** Chooses a department in the tree, found by typing part of its name. Archived ones take nothing in: they are left out. */
export const DepartmentDialog = ({
  isOpen,
  title,
  okText,
  onClose,
  onClosed,
  ...rest
}: DepartmentDialogProps) => {
  const { t } = useTranslation();
  const confirm = useRef<() => void>(() => undefined);
  const [isReady, setReady] = useState(true);
  return (
    <Dialog
      open={isOpen}
      title={title}
      onCancel={onClose}
      onOk={() => confirm.current()}
      okText={okText ?? t("shell.common.ok")}
      okButtonProps={{ disabled: !isReady }}
      cancelText={t("shell.common.cancel")}
      afterClose={onClosed}
      width={420}
    >
      <Chooser {...rest} onClose={onClose} confirm={confirm} onReady={setReady} />
    </Dialog>
  );
};

/** The id of no department: what is chosen while nothing is. */
const NOTHING = "-";

/** `undefined`: nothing is chosen yet. */
type Chosen = string | null | undefined;

const Chooser = ({
  whole,
  chosen,
  excluded = null,
  hint,
  outcome,
  onClose,
  onChoose,
  confirm,
  onReady,
}: Omit<DepartmentDialogProps, "isOpen" | "title" | "okText" | "onClosed"> & {
  confirm: { current: () => void };
  onReady: (isReady: boolean) => void;
}) => {
  const { t } = useTranslation();
  const { inUse } = useDepartments();
  // Where it matters what is chosen, nothing is until somebody chose it.
  const [selected, setSelected] = useState<Chosen>(chosen ?? (outcome ? undefined : null));
  const [isRefused, setRefused] = useState(false);
  const [filter, setFilter] = useState("");
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(inUse.filter((node) => node.parent === null).map((node) => node.id)),
  );
  const tree = useRef<TreeHandle>(null);
  const offered = useMemo(() => {
    if (excluded === null) return inUse;
    const branch = branchOf(childrenOf(inUse), excluded);
    return inUse.filter((node) => !branch.has(node.id));
  }, [inUse, excluded]);
  const nodes = useTreeNodes(offered);
  const isReady = selected !== undefined && !isRefused;
  useEffect(() => onReady(isReady), [onReady, isReady]);

  const choose = (id: Chosen) => {
    if (id === undefined || isRefused) return;
    onClose();
    void onChoose(id);
  };
  confirm.current = () => choose(selected);

  const find = (text: string) => {
    setFilter(text);
    const hit = visibleRows(nodes, expanded, text).find((row) => isNamedBy(row.node, text));
    if (hit) setSelected(hit.node.id);
  };

  return (
    <div className="department-chooser">
      {hint !== undefined && <p className="department-hint">{hint}</p>}
      <input
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
        whole={whole === null ? null : { name: whole, count: null }}
        selected={selected === undefined ? NOTHING : selected}
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
      {outcome && <div className="department-outcome">{outcome(selected, setRefused)}</div>}
    </div>
  );
};
