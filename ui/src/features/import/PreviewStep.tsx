import { Alert, Button, Checkbox, Progress, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportApplied, ImportFile, ImportPlan, PlannedKind } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { PlanRows } from "./PlanRows";

/** What the import would do, row by row, before anything is changed. */
export const PreviewStep = ({
  file,
  targets,
  plan,
  onPlan,
  onBack,
  onApplied,
}: {
  file: ImportFile;
  targets: string[];
  plan: ImportPlan;
  onPlan: (plan: ImportPlan) => void;
  onBack: () => void;
  onApplied: (applied: ImportApplied, leftOut: number) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { counts } = plan;
  const first: PlannedKind = counts.problem > 0 ? "problem" : counts.add > 0 ? "add" : "change";
  const [kind, setKind] = useState<PlannedKind>(first);
  const [createsDepartments, setCreatesDepartments] = useState(true);
  const [takesSoundCells, setTakesSoundCells] = useState(false);
  const [excluded, setExcluded] = useState<ReadonlySet<number>>(new Set());
  const [isApplying, setApplying] = useState(false);
  const progress = useSession((now) => now.progress[plan.import]);

  const kinds: PlannedKind[] = ["add", "change", "unchanged", "problem"];
  const going = counts.add + counts.change + (takesSoundCells ? counts.problem : 0) - excluded.size;

  const restoreZeros = async (digits: number) => {
    const planned = await act(() =>
      client.planImport({ import: file.import, targets, card_number_digits: digits }),
    );
    if (planned) onPlan(planned);
  };

  const apply = async () => {
    setApplying(true);
    const applied = await act(() =>
      client.applyImport({
        import: plan.import,
        creates_departments: createsDepartments,
        takes_sound_cells: takesSoundCells,
        excluded_rows: [...excluded],
      }),
    );
    setApplying(false);
    if (applied) onApplied(applied, takesSoundCells ? 0 : counts.problem);
  };

  const toggle = (row: number) => {
    const next = new Set(excluded);
    if (!next.delete(row)) next.add(row);
    setExcluded(next);
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
      {counts.problem > 0 && (
        <Checkbox checked={takesSoundCells} onChange={(event) => setTakesSoundCells(event.target.checked)}>
          {t("importing.takeSound")}
        </Checkbox>
      )}
      <PlanRows plan={plan} kind={kind} total={counts[kind]} excluded={excluded} onToggle={toggle} />
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
        <Button type="primary" onClick={() => void apply()} disabled={isApplying || going <= 0}>
          {going > 0 ? t("importing.apply", { count: going }) : t("importing.applyNothing")}
        </Button>
      </footer>
    </>
  );
};
