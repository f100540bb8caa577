import { Checkbox, Segmented, Select, Spin } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportPlan, PlannedKind, PlannedRow, RowProblem } from "@/generated/types";
import { client } from "@/host";
import { PlanFoot } from "@/kit/plan/PlanFoot";
import { PlanList, STOP, type Walker } from "@/kit/plan/PlanList";
import { useWalkKeys, WalkButtons } from "@/kit/Walk";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { CorrectionsList } from "./CorrectionsList";
import { type Choices, type Correction, corrected, planAs, toggledStaying } from "./choices";
import type { Applied } from "./DoneStep";
import { PlanNotes } from "./PlanNotes";
import { PlanRow, stopsOf } from "./PlanRow";
import { targetLabel } from "./targets";

const PAGE = 200;
const KINDS: PlannedKind[] = ["add", "change", "leave", "unsure", "unchanged", "problem"];
/** Kinds that a person has to look at, in this order. */
const ASKED: PlannedKind[] = ["problem", "unsure", "leave"];
const ROW_HEIGHT = 44;

/** Whatever a row changes; no column has an empty word. */
const ANYTHING = "";

const keyOf = (row: PlannedRow, item: number) => `${row.key}:${item}`;

/** What the import would do, row by row, before anything is changed. */
export const PreviewStep = ({
  file,
  choices,
  onChoose,
  plan,
  round,
  onPlan,
  onBack,
  onApplied,
}: {
  file: ImportFile;
  choices: Choices;
  onChoose: (next: Partial<Choices>) => void;
  plan: ImportPlan;
  /** Tells this plan from those before it. */
  round: number;
  onPlan: (plan: ImportPlan) => void;
  onBack: () => void;
  onApplied: (result: Applied) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { counts } = plan;
  const { options, newFields, targets } = choices;
  const first =
    KINDS.find((word) => ASKED.includes(word) && counts[word] > 0) ??
    (counts.add > 0 || counts.change === 0 ? "add" : "change");
  const [kind, setKind] = useState<PlannedKind>(first);
  const [what, setWhat] = useState(ANYTHING);
  const [createsDepartments, setCreatesDepartments] = useState(true);
  const [createsTags, setCreatesTags] = useState(true);
  const [takesSoundCells, setTakesSoundCells] = useState(false);
  const [excluded, setExcluded] = useState<ReadonlyMap<number, PlannedKind>>(new Map());
  const [cells, setCells] = useState<ReadonlySet<string>>(new Set());
  const [leaving, setLeaving] = useState<number | null>(null);
  const [isApplying, setApplying] = useState(false);
  const progress = useSession((now) => now.progress[plan.import]);
  const { check, choose, note, isChecking } = useChecks({ file, choices, onChoose, onPlan });

  const kinds = KINDS.filter((word) => counts[word] > 0 || (word !== "leave" && word !== "unsure"));
  const isTaken = (word: PlannedKind) =>
    (word === "add" && options.mode !== "only_known") ||
    (word === "change" && options.mode !== "only_new") ||
    word === "leave";
  const staying = useMemo(() => new Set(options.staying), [options.staying]);
  const without = (word: PlannedKind) =>
    word === "leave"
      ? staying.size - plan.not_leaving.length
      : [...excluded.values()].filter((one) => one === word).length;
  const going =
    (["add", "change", "leave"] as const)
      .filter(isTaken)
      .reduce((sum, word) => sum + counts[word] - without(word), 0) + (takesSoundCells ? counts.problem : 0);
  const leavers = counts.leave - without("leave");
  const mustConfirm = leavers > 0 && plan.confirms_leaving;

  // A column that nobody changes any more, once something was corrected, narrows nothing.
  const narrowed = kind === "change" ? plan.changed.find((column) => column.what === what) : undefined;

  const walker = useRef<Walker>(null);
  const canWalk = ASKED.includes(kind) && kind !== "leave" && counts[kind] > 0;
  useWalkKeys((direction) => walker.current?.walk(direction), canWalk);

  // The last of its kind was mended: on to what is left, and to going on.
  const apply = useRef<HTMLButtonElement>(null);
  const isDone = ASKED.includes(kind) && counts[kind] === 0;
  useEffect(() => {
    if (!isDone) return;
    setKind(first);
    const focused = document.activeElement;
    if (focused === document.body || focused?.closest(`[${STOP}]`)) apply.current?.focus();
  }, [isDone, first]);

  const answer = (row: PlannedRow, member: string | null) => {
    const others = options.answers.filter((one) => one.row !== row.key);
    const answers = [...others, member === null ? { row: row.key } : { row: row.key, member }];
    choose({ options: { ...options, answers } });
  };

  /** What was taken out of a row holds as long as nothing was typed into it; how many leave is asked anew. */
  const keepExcluded = (but?: number) => {
    setExcluded(new Map([...excluded].filter(([key]) => key !== but)));
    setCells(new Set([...cells].filter((one) => !one.startsWith(`${but}:`))));
    setLeaving(null);
  };
  const correct = (correction: Correction) => {
    void check((now) => {
      const corrections = corrected(now.corrections, correction);
      if (corrections === now.corrections) return null;
      keepExcluded(correction.row);
      return { corrections };
    });
  };
  const takeBack = (correction: Correction) => {
    keepExcluded(correction.row);
    void check((now) => ({ corrections: now.corrections.filter((one) => one !== correction) }));
  };

  /** Takes the cell's text among the choices of its field, and looks at the file again. */
  const addChoice = async (problem: RowProblem) => {
    const byHeading = file.columns.findIndex((column) => column.heading === problem.heading);
    const at = byHeading >= 0 ? byHeading : file.columns.findIndex((one) => one.letter === problem.letter);
    const choice = problem.value.trim();
    keepExcluded();
    if (newFields.some((field) => field.column === at)) {
      const fields = newFields.map((field) =>
        field.column === at ? { ...field, choices: [...field.choices, choice] } : field,
      );
      return check(() => ({ newFields: fields }));
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
    if (made) await check(() => ({}));
  };

  const applyPlan = async () => {
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
        staying: options.staying,
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
    const { member } = row;
    if (member !== undefined) return note((now) => ({ options: toggledStaying(now.options, member) }));
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
      <div className="plan-facts">
        <Segmented<PlannedKind>
          aria-label={t("importing.filter")}
          value={kind}
          onChange={setKind}
          options={kinds.map((word) => ({
            value: word,
            label: `${t(`importing.counts.${word}`)} ${counts[word]}`,
          }))}
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
        {canWalk && <WalkButtons onWalk={(direction) => walker.current?.walk(direction)} />}
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
        answers={options.answers.length}
        createsDepartments={createsDepartments}
        createsTags={createsTags}
        onLeaving={setLeaving}
        onCreatesDepartments={setCreatesDepartments}
        onCreatesTags={setCreatesTags}
        onRestoreZeros={(digits) => void check(() => ({ digits }))}
        onCheckAgain={() => {
          keepExcluded();
          void check(() => ({}));
        }}
      />
      <CorrectionsList corrections={choices.corrections} onTakeBack={takeBack} />
      {counts.problem > 0 && (
        <Checkbox checked={takesSoundCells} onChange={(event) => setTakesSoundCells(event.target.checked)}>
          {t("importing.takeSound")}
        </Checkbox>
      )}
      <PlanList<PlannedRow>
        ref={walker}
        of={{ list: ["import", plan.import, kind, narrowed?.what], state: round }}
        load={(start) =>
          client.planPage({
            import: plan.import,
            kind,
            start,
            count: PAGE,
            ...(narrowed ? { what: narrowed.what } : {}),
          })
        }
        total={narrowed?.rows ?? counts[kind]}
        keyOf={(row) => row.key}
        {...(canWalk ? { stopsOf } : {})}
        label={t(`importing.counts.${kind}`)}
        nothing={t("importing.nothingHere")}
        height={ROW_HEIGHT}
        className="import-row"
      >
        {(row) => (
          <PlanRow
            row={row}
            fresh={plan.new_fields}
            namesSheet={options.takes_all_sheets}
            isExcluded={row.member === undefined ? excluded.has(row.key) : staying.has(row.member)}
            isCellExcluded={(item) => cells.has(keyOf(row, item))}
            answer={options.answers.find((one) => one.row === row.key)}
            onToggle={() => toggle(row)}
            onToggleCell={(item) => toggleCell(row, item)}
            onAnswer={(member) => answer(row, member)}
            onAddChoice={(problem) => void addChoice(problem)}
            onCorrect={correct}
            onWalk={() => walker.current?.walk(1)}
          />
        )}
      </PlanList>
      <PlanFoot
        label={going > 0 ? t("importing.apply", { count: going }) : t("importing.applyNothing")}
        isApplying={isApplying}
        canApply={!isChecking && going > 0 && (!mustConfirm || leaving === leavers)}
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

/** Looks at the file again whenever something was decided; what is decided meanwhile is looked at with it, once. */
const useChecks = ({
  file,
  choices,
  onChoose,
  onPlan,
}: {
  file: ImportFile;
  choices: Choices;
  onChoose: (next: Partial<Choices>) => void;
  onPlan: (plan: ImportPlan) => void;
}) => {
  const { act } = useAct();
  const [isChecking, setChecking] = useState(false);
  /** What is wished, and what the plan on the screen was made of. */
  const wished = useRef(choices);
  const planned = useRef(choices);
  const isUnderWay = useRef(false);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  const choose = (next: Partial<Choices>) => {
    wished.current = { ...wished.current, ...next };
    onChoose(next);
  };
  const check = async (decide: (now: Choices) => Partial<Choices> | null) => {
    // What is decided within one moment builds on one another, though nothing was drawn in between.
    const next = decide(wished.current);
    if (next === null) return;
    choose(next);
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setChecking(true);
    let plan: ImportPlan | undefined;
    let asked: Choices;
    do {
      asked = wished.current;
      const of = asked;
      plan = await act(() => planAs(file, of));
    } while (plan && isHere.current && asked !== wished.current);
    isUnderWay.current = false;
    if (!isHere.current) return;
    setChecking(false);
    if (plan) {
      planned.current = asked;
      onPlan(plan);
    } else {
      // The plan on the screen is the one that counts.
      choose(planned.current);
    }
  };
  /** Decides what the plan is the same with. */
  const note = (decide: (now: Choices) => Partial<Choices>) => {
    const next = decide(wished.current);
    planned.current = { ...planned.current, ...decide(planned.current) };
    choose(next);
  };
  return { check, choose, note, isChecking };
};
