import { App, Checkbox, Segmented, Select, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportPlan, PlannedKind, RowProblem, TakenOut, TakeOut } from "@/generated/types";
import { client } from "@/host";
import type { GridHandle } from "@/kit/grid";
import { PlanFoot } from "@/kit/plan/PlanFoot";
import { SearchInput } from "@/kit/SearchInput";
import { useWalkKeys, WalkButtons } from "@/kit/Walk";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { CorrectionsList } from "./CorrectionsList";
import { type Choices, type Correction, corrected } from "./choices";
import type { Applied } from "./DoneStep";
import { PlanGrid } from "./PlanGrid";
import { PlanNotes } from "./PlanNotes";
import type { PlanEvents, Wanted } from "./plan-source";
import { targetLabel } from "./targets";
import { type Planned, useChecks } from "./useChecks";
import { type Taking, usePlanGrid } from "./usePlanGrid";

const KINDS: PlannedKind[] = ["add", "change", "leave", "unsure", "unchanged", "problem"];
/** Kinds that a person has to look at, in this order. */
const ASKED: PlannedKind[] = ["problem", "unsure", "leave"];

const ALL = "all";
/** Whatever a row changes; no column has an empty word. */
const ANYTHING = "";

const roundOf = (planned: Planned | undefined) => planned?.round ?? null;

/** What the import would do, row by row, before anything is changed. */
export const PreviewStep = ({
  file,
  choices,
  onChoose,
  plan,
  round,
  onPlan,
  onAmend,
  onBack,
  onApplied,
}: {
  file: ImportFile;
  choices: Choices;
  onChoose: (next: Partial<Choices>) => void;
  plan: ImportPlan;
  /** Tells this state of the plan from those before it. */
  round: number;
  /** Shows the plan, or the same one in another state; tells which round it is. */
  onPlan: (plan: ImportPlan) => number;
  /** Changes what is said of the plan of that round, as the app counts them; another that came meanwhile stays. */
  onAmend: (of: number, change: (plan: ImportPlan) => ImportPlan) => number;
  onBack: () => void;
  onApplied: (result: Applied) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const { counts, taken_out } = plan;
  const { options, newFields, targets } = choices;
  const first = ASKED.find((word) => counts[word] > 0) ?? ALL;
  const [kind, setKind] = useState<PlannedKind | typeof ALL>(first);
  const [what, setWhat] = useState(ANYTHING);
  const [text, setText] = useState("");
  const asked = text.trim();
  const [createsDepartments, setCreatesDepartments] = useState(true);
  const [createsTags, setCreatesTags] = useState(true);
  const [takesSoundCells, setTakesSoundCells] = useState(false);
  const [leaving, setLeaving] = useState<number | null>(null);
  const [isApplying, setApplying] = useState(false);
  const progress = useSession((now) => now.progress[plan.import]);
  const { check, decide, perform, undo, redo, isChecking } = useChecks({
    file,
    choices,
    onChoose,
    onPlan,
  });
  const grid = useRef<GridHandle>(null);

  const kinds = KINDS.filter((word) => counts[word] > 0 || (word !== "leave" && word !== "unsure"));
  const total = KINDS.reduce((sum, word) => sum + counts[word], 0);
  const isTaken = (word: keyof TakenOut) =>
    (word === "add" && options.mode !== "only_known") ||
    (word === "change" && options.mode !== "only_new") ||
    word === "leave" ||
    (word === "problem" && takesSoundCells);
  const goingIn = (["add", "change", "leave", "problem"] as const)
    .filter(isTaken)
    .reduce((sum, word) => sum + counts[word] - taken_out[word], 0);
  const leavers = counts.leave - taken_out.leave;
  const mustConfirm = leavers > 0 && plan.confirms_leaving;

  // A column that nobody changes any more, once something was corrected, narrows nothing.
  const narrowed = kind === "change" ? plan.changed.find((column) => column.what === what) : undefined;
  const wanted: Wanted = {
    ...(kind === ALL ? {} : { kind }),
    ...(narrowed ? { what: narrowed.what } : {}),
    ...(asked === "" ? {} : { text: asked }),
  };

  const settled = (round: number | null) => {
    // How many leave is asked anew.
    if (round !== null) setLeaving(null);
    return round;
  };
  const settle = async (planned: Promise<Planned | undefined>) => settled(roundOf(await planned));
  const events: PlanEvents = {
    correct: (corrections: Correction[]) =>
      settle(
        decide((now) => {
          const next = corrections.reduce(corrected, now.corrections);
          return next === now.corrections ? null : { corrections: next };
        }),
      ),
    undo: async () => settled(await undo()),
    redo: async () => settled(await redo()),
  };
  const going = { mode: options.mode, takesSound: takesSoundCells };
  const planGrid = usePlanGrid({
    file,
    plan,
    wanted,
    namesSheet: options.takes_all_sheets,
    going,
    version: round,
    grid,
    events,
  });
  const canWalk = counts.problem > 0 || counts.unsure > 0 || kind === ALL;
  useWalkKeys(planGrid.walk, canWalk);

  // The last of its kind was mended: on to what is left, and to going on.
  const apply = useRef<HTMLButtonElement>(null);
  const isDone = kind !== ALL && ASKED.includes(kind) && counts[kind] === 0;
  useEffect(() => {
    if (!isDone) return;
    setKind(first);
    const focused = document.activeElement;
    if (focused === document.body || focused?.closest(".grid-root, .plan-detail")) apply.current?.focus();
  }, [isDone, first]);

  const answer = (key: number, member: string | null) =>
    void settle(
      decide((now) => {
        const others = now.options.answers.filter((one) => one.row !== key);
        const answers = [...others, member === null ? { row: key } : { row: key, member }];
        return { options: { ...now.options, answers } };
      }),
    );
  const takeBack = (correction: Correction) =>
    void settle(decide((now) => ({ corrections: now.corrections.filter((one) => one !== correction) })));

  /** Takes out of the import, or back in; the counts come with it. */
  const takeOut = async (asked: Partial<TakeOut>, isOut: boolean) => {
    const of = { spans: [], keys: [], ...asked, import: plan.import, is_out: isOut };
    const now = await act(() => client.takeOut(of));
    if (!now) return null;
    const { taken_out, confirms_leaving } = now;
    const round = settled(onAmend(now.round, (plan) => ({ ...plan, taken_out, confirms_leaving })));
    return { round, change: now.change };
  };
  const takeOutAndBack = async (asked: Partial<TakeOut>, isOut: boolean) => {
    // The rows that are on the screen may be others in a moment.
    if (isChecking) return void message.info(t("importing.waitForCheck"), 3);
    await perform(async () => {
      const change = (await takeOut({ ...asked, round: plan.round }, isOut))?.change;
      if (change === undefined) return null;
      const again = async (isOut: boolean) => (await takeOut({ change }, isOut))?.round ?? null;
      return { undo: () => again(!isOut), redo: () => again(isOut) };
    });
  };
  const take = ({ spans, columns, isOut }: Taking) =>
    takeOutAndBack({ ...wanted, spans, ...(columns === null ? {} : { columns }) }, isOut);
  const takeItem = (key: number, item: number, isOut: boolean) =>
    takeOutAndBack({ keys: [key], items: [item] }, isOut);

  /** Takes the cell's text among the choices of its field, and looks at the file again. */
  const addChoice = async (problem: RowProblem) => {
    const byHeading = file.columns.findIndex((column) => column.heading === problem.heading);
    const at = byHeading >= 0 ? byHeading : file.columns.findIndex((one) => one.letter === problem.letter);
    const choice = problem.value.trim();
    if (newFields.some((field) => field.column === at)) {
      const fields = newFields.map((field) =>
        field.column === at ? { ...field, choices: [...field.choices, choice] } : field,
      );
      return settle(check(() => ({ newFields: fields })));
    }
    const field = (await act(() => client.customFields()))?.find((one) => one.column === targets[at]);
    if (!field) return null;
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
    return made ? settle(check(() => ({}))) : null;
  };

  const applyPlan = async () => {
    setApplying(true);
    const applied = await act(() =>
      client.applyImport({
        import: plan.import,
        creates_departments: createsDepartments,
        creates_tags: createsTags,
        takes_sound_cells: takesSoundCells,
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

  return (
    <>
      <div className="plan-facts">
        <Segmented<PlannedKind | typeof ALL>
          aria-label={t("importing.filter")}
          value={kind}
          onChange={setKind}
          options={[
            { value: ALL, label: `${t("importing.counts.all")} ${total}` },
            ...kinds.map((word) => ({
              value: word,
              label: `${t(`importing.counts.${word}`)} ${counts[word]}`,
            })),
          ]}
        />
        {kind === "change" && plan.changed.length > 1 && (
          <Select
            aria-label={t("importing.changedColumn")}
            value={narrowed?.what ?? ANYTHING}
            options={[
              { value: ANYTHING, label: t("importing.anyColumn") },
              ...plan.changed.map((column) => ({
                value: column.what,
                label: `${targetLabel(t, column.what, plan.new_fields)} ${column.rows}`,
              })),
            ]}
            onChange={setWhat}
            popupMatchSelectWidth={false}
          />
        )}
        <SearchInput className="field is-open" label={t("importing.search")} text={text} onText={setText} />
        {canWalk && <WalkButtons onWalk={planGrid.walk} />}
        {counts.skipped > 0 && (
          <span className="quiet">
            {t("importing.counts.skipped")} {counts.skipped}
          </span>
        )}
        <span role="status">
          {isChecking && (
            <>
              <Spin size="small" /> {t("importing.checking")}
            </>
          )}
        </span>
      </div>
      <PlanNotes
        plan={plan}
        leavers={leavers}
        leaving={leaving}
        createsDepartments={createsDepartments}
        createsTags={createsTags}
        onLeaving={setLeaving}
        onCreatesDepartments={setCreatesDepartments}
        onCreatesTags={setCreatesTags}
        onRestoreZeros={(digits) => void settle(check(() => ({ digits })))}
      />
      <CorrectionsList corrections={choices.corrections} onTakeBack={takeBack} />
      {counts.problem > 0 && (
        <Checkbox
          checked={takesSoundCells}
          onChange={(event) => {
            setTakesSoundCells(event.target.checked);
            // The boxes of these rows say something else now.
            onAmend(plan.round, (plan) => plan);
          }}
        >
          {t("importing.takeSound")}
        </Checkbox>
      )}
      <PlanGrid
        grid={grid}
        of={planGrid}
        version={round}
        plan={plan}
        corrections={choices.corrections}
        answers={options.answers}
        changing={narrowed?.what}
        going={going}
        onTake={(taking) => void take(taking)}
        onTakeItem={(key, item, isOut) => void takeItem(key, item, isOut)}
        onAnswer={answer}
        onCorrect={(corrections) => void events.correct(corrections)}
        onTakeBack={takeBack}
        onAddChoice={(problem) => void addChoice(problem).then(() => grid.current?.focus())}
      />
      <PlanFoot
        label={goingIn > 0 ? t("importing.apply", { count: goingIn }) : t("importing.applyNothing")}
        isApplying={isApplying}
        canApply={!isChecking && goingIn > 0 && (!mustConfirm || leaving === leavers)}
        progress={progress}
        applying={t("importing.applying", progress ?? { done: 0, total: 0 })}
        stop={t("importing.cancel")}
        onBack={onBack}
        onStop={() => void act(() => client.cancelImport({ import: plan.import }))}
        onApply={() => void applyPlan()}
        ref={apply}
      />
    </>
  );
};
