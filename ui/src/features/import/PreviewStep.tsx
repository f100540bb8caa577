import { Alert, Button, Checkbox, InputNumber, Progress, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  ImportFile,
  ImportOptions,
  ImportPlan,
  NewField,
  PlannedKind,
  PlannedRow,
  RowProblem,
} from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import type { Applied } from "./DoneStep";
import { PlanRows } from "./PlanRows";

const KINDS: PlannedKind[] = ["add", "change", "leave", "unsure", "unchanged", "problem"];
/** Kinds that a person has to look at, in this order. */
const ASKED: PlannedKind[] = ["problem", "unsure", "leave"];

const keyOf = (row: PlannedRow, item: number) => `${row.key}:${item}`;

/** What the import would do, row by row, before anything is changed. */
export const PreviewStep = ({
  file,
  targets,
  newFields,
  options,
  plan,
  onOptions,
  onNewFields,
  onPlan,
  onBack,
  onApplied,
}: {
  file: ImportFile;
  targets: string[];
  newFields: NewField[];
  options: ImportOptions;
  plan: ImportPlan;
  onOptions: (options: ImportOptions) => void;
  onNewFields: (fields: NewField[]) => void;
  onPlan: (plan: ImportPlan) => void;
  onBack: () => void;
  onApplied: (result: Applied) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { counts } = plan;
  const first =
    KINDS.find((word) => ASKED.includes(word) && counts[word] > 0) ??
    (counts.add > 0 || counts.change === 0 ? "add" : "change");
  const [kind, setKind] = useState<PlannedKind>(first);
  const [createsDepartments, setCreatesDepartments] = useState(true);
  const [createsTags, setCreatesTags] = useState(true);
  const [takesSoundCells, setTakesSoundCells] = useState(false);
  const [excluded, setExcluded] = useState<ReadonlyMap<number, PlannedKind>>(new Map());
  const [cells, setCells] = useState<ReadonlySet<string>>(new Set());
  const [leaving, setLeaving] = useState<number | null>(null);
  const [isApplying, setApplying] = useState(false);
  const progress = useSession((now) => now.progress[plan.import]);

  const kinds = KINDS.filter((word) => counts[word] > 0 || (word !== "leave" && word !== "unsure"));
  const isTaken = (word: PlannedKind) =>
    (word === "add" && options.mode !== "only_known") ||
    (word === "change" && options.mode !== "only_new") ||
    word === "leave";
  const without = (word: PlannedKind) => [...excluded.values()].filter((one) => one === word).length;
  const going =
    (["add", "change", "leave"] as const)
      .filter(isTaken)
      .reduce((sum, word) => sum + counts[word] - without(word), 0) + (takesSoundCells ? counts.problem : 0);
  const leavers = counts.leave - without("leave");
  const mustConfirm = leavers > 0 && plan.confirms_leaving;

  const answer = (row: PlannedRow, member: string | null) => {
    const others = options.answers.filter((one) => one.row !== row.key);
    onOptions({
      ...options,
      answers: [...others, member === null ? { row: row.key } : { row: row.key, member }],
    });
  };
  const planAgain = async (fields = newFields) => {
    const planned = await act(() =>
      client.planImport({ import: file.import, targets, options, new_fields: fields }),
    );
    if (!planned) return;
    setExcluded(new Map());
    setCells(new Set());
    setLeaving(null);
    onPlan(planned);
  };

  const restoreZeros = async (digits: number) => {
    const planned = await act(() =>
      client.planImport({
        import: file.import,
        targets,
        card_number_digits: digits,
        options,
        new_fields: newFields,
      }),
    );
    if (planned) onPlan(planned);
  };

  /** Takes the cell's text among the choices of its field, and looks at the file again. */
  const addChoice = async (problem: RowProblem) => {
    const byHeading = file.columns.findIndex((column) => column.heading === problem.heading);
    const at = byHeading >= 0 ? byHeading : file.columns.findIndex((one) => one.letter === problem.letter);
    const choice = problem.value.trim();
    if (newFields.some((field) => field.column === at)) {
      const fields = newFields.map((field) =>
        field.column === at ? { ...field, choices: [...field.choices, choice] } : field,
      );
      onNewFields(fields);
      return planAgain(fields);
    }
    const field = (await act(() => client.customFields()))?.find((one) => one.column === targets[at]);
    if (!field) return;
    const known = field.choices.map((name) => ({ name, was: name }));
    const { id, name, form, is_required, is_unique, data_class } = field;
    const made = await act(() =>
      client.defineField({
        id,
        name,
        form,
        choices: [...known, { name: choice }],
        is_required,
        is_unique,
        data_class,
      }),
    );
    if (made) await planAgain();
  };

  const apply = async () => {
    setApplying(true);
    const applied = await act(() =>
      client.applyImport({
        import: plan.import,
        creates_departments: createsDepartments,
        creates_tags: createsTags,
        takes_sound_cells: takesSoundCells,
        excluded_rows: [...excluded.keys()],
        excluded_cells: [...cells].map((one) => {
          const [row = 0, item = 0] = one.split(":").map(Number);
          return { row, item };
        }),
        ...(leaving === null ? {} : { confirmed_leaving: leaving }),
      }),
    );
    setApplying(false);
    if (!applied) return;
    onApplied({
      result: applied,
      leftOut: (takesSoundCells ? 0 : counts.problem) + counts.unsure,
      incomplete: takesSoundCells ? counts.problem : 0,
    });
  };

  const toggle = (row: PlannedRow) => {
    const next = new Map(excluded);
    if (!next.delete(row.key)) next.set(row.key, row.kind);
    setExcluded(next);
  };
  const toggleCell = (row: PlannedRow, item: number) => {
    const next = new Set(cells);
    if (!next.delete(keyOf(row, item))) next.add(keyOf(row, item));
    setCells(next);
  };

  return (
    <>
      <div className="import-facts">
        <Segmented<PlannedKind>
          aria-label={t("importing.filter")}
          value={kind}
          onChange={setKind}
          options={kinds.map((word) => ({
            value: word,
            label: `${t(`importing.counts.${word}`)} ${counts[word]}`,
          }))}
        />
        {counts.skipped > 0 && (
          <span className="quiet">
            {t("importing.counts.skipped")} {counts.skipped}
          </span>
        )}
      </div>
      {plan.offered_card_number_digits !== null && (
        <Alert
          type="warning"
          showIcon
          title={t("importing.zeros", { count: plan.offered_card_number_digits })}
          action={
            <Button size="small" onClick={() => void restoreZeros(plan.offered_card_number_digits ?? 0)}>
              {t("importing.restoreZeros", { count: plan.offered_card_number_digits })}
            </Button>
          }
        />
      )}
      {plan.left_out_sheets.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("importing.leftOutSheets", { sheets: plan.left_out_sheets.join("、") })}
        />
      )}
      {counts.unsure > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("importing.unsure", { count: counts.unsure })}
          action={
            <Button size="small" disabled={options.answers.length === 0} onClick={() => void planAgain()}>
              {t("importing.checkAgain", { count: options.answers.length })}
            </Button>
          }
        />
      )}
      {leavers > 0 && (
        <Alert
          type={mustConfirm ? "error" : "warning"}
          showIcon
          title={t(mustConfirm ? "importing.manyLeave" : "importing.someLeave", {
            count: leavers,
            of: plan.leave_of,
          })}
          action={
            mustConfirm && (
              <InputNumber
                aria-label={t("importing.confirmLeaving")}
                placeholder={t("importing.confirmLeaving")}
                min={0}
                value={leaving}
                onChange={setLeaving}
                className="import-confirm"
              />
            )
          }
        />
      )}
      {plan.new_departments.length > 0 && (
        <div className="import-departments">
          <details>
            <summary>{t("importing.newDepartments", { count: plan.new_departments.length })}</summary>
            <p className="quiet">{plan.new_departments.join("、")}</p>
          </details>
          <Checkbox
            checked={createsDepartments}
            onChange={(event) => setCreatesDepartments(event.target.checked)}
          >
            {t("importing.createDepartments")}
          </Checkbox>
        </div>
      )}
      {plan.new_tags.length > 0 && (
        <div className="import-departments">
          <details>
            <summary>{t("importing.newTags", { count: plan.new_tags.length })}</summary>
            <p className="quiet">{plan.new_tags.join("、")}</p>
          </details>
          <Checkbox checked={createsTags} onChange={(event) => setCreatesTags(event.target.checked)}>
            {t("importing.createTags")}
          </Checkbox>
        </div>
      )}
      {plan.new_fields.length > 0 && (
        <p className="quiet">
          {t("importing.newFields", { names: plan.new_fields.map((field) => field.name).join("、") })}
        </p>
      )}
      {counts.problem > 0 && (
        <Checkbox checked={takesSoundCells} onChange={(event) => setTakesSoundCells(event.target.checked)}>
          {t("importing.takeSound")}
        </Checkbox>
      )}
      <PlanRows
        plan={plan}
        kind={kind}
        total={counts[kind]}
        namesSheets={options.takes_all_sheets}
        isExcluded={(row) => excluded.has(row.key)}
        isCellExcluded={(row, item) => cells.has(keyOf(row, item))}
        answerOf={(row) => options.answers.find((one) => one.row === row.key)}
        onToggle={toggle}
        onToggleCell={toggleCell}
        onAnswer={answer}
        onAddChoice={(problem) => void addChoice(problem)}
      />
      <footer className="page-foot">
        <Button onClick={onBack} disabled={isApplying}>
          {t("shell.common.back")}
        </Button>
        {isApplying && (
          <>
            <Progress
              percent={
                progress && progress.total > 0
                  ? Math.min(99, Math.round((progress.done / progress.total) * 100))
                  : 0
              }
              size="small"
              className="import-progress"
              aria-label={t("importing.applying", progress ?? { done: 0, total: 0 })}
            />
            <Button onClick={() => void act(() => client.cancelImport({ import: plan.import }))}>
              {t("importing.cancel")}
            </Button>
          </>
        )}
        <Button
          type="primary"
          onClick={() => void apply()}
          disabled={isApplying || going <= 0 || (mustConfirm && leaving !== leavers)}
        >
          {going > 0 ? t("importing.apply", { count: going }) : t("importing.applyNothing")}
        </Button>
      </footer>
    </>
  );
};
