import { App } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/generated/types";
import { client } from "@/host";
import { ContextMenu, type MenuPlace } from "@/kit/ContextMenu";
import { Divider } from "@/kit/Divider";
import { Grid, type GridHandle, type SelectionReport } from "@/kit/grid";
import { gridWords } from "@/kit/grid-words";
import type { TreeHandle } from "@/kit/tree";
import { useDefinitions } from "@/session/defined";
import { useJobs } from "@/session/jobs";
import { usePhotos } from "@/session/photos";
import { usePreferences } from "@/session/preferences";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { isPressed } from "@/shell/keys";
import { AddMember } from "./AddMember";
import { BulkBar } from "./BulkBar";
import { Chips } from "./Chips";
import { ColumnFilter } from "./ColumnFilter";
import { DENSITIES, densityOf } from "./ColumnsButton";
import { arrange, FROZEN, gridColumns, withChanged, withMoved } from "./columns";
import { DepartmentPane } from "./DepartmentPane";
import { Empty } from "./Empty";
import { FindReplace } from "./FindReplace";
import { guardianSuggestions } from "./guardian-suggestions";
import { NameBox } from "./NameBox";
import { PastePreview } from "./PastePreview";
import { ProblemList } from "./ProblemList";
import { MemberPanel } from "./panel/MemberPanel";
import { RefusalNotice } from "./RefusalNotice";
import { isFinished, permitted } from "./rules";
import { sortByHeading } from "./SortButton";
import { drafts, isNarrowed, queryOf, useRoster } from "./state";
import { Toolbar } from "./Toolbar";
import { useDepartments } from "./useDepartments";
import { useExport } from "./useExport";
import { useProblems } from "./useProblems";
import { useRosterView } from "./useRosterView";
import { MERGE_KEY, rowsOf, useRowCommands } from "./useRowCommands";
import "./roster.css";
import "./grid-tools.css";

/** Moving through rows with the panel open shows the row one stops at. */
const PANEL_FOLLOWS_MS = 120;

/** The page of the roster: departments, members, and one member. */
export const RosterPage = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { preferences, change } = usePreferences();
  const { find } = useDepartments();
  const defined = useDefinitions();
  const { onlyReads, mayReveal } = useSight();
  const { department, text, filters, matching, sort, tree_px, panel_px, isPanelOpen, member } = useRoster();
  const mark = useSession((now) => now.mark);
  const shownMember = useSession((now) => now.shownMember);
  const query = useMemo(
    () => permitted(queryOf({ department, text, filters, matching, sort }, mark), mayReveal),
    [department, text, filters, matching, sort, mark, mayReveal],
  );
  const showsPhotos = preferences?.columns.find((one) => one.column === "photo")?.is_hidden !== true;
  const pictures = usePhotos((now) => (showsPhotos ? now.count : 0));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is defined decides which columns there are, and photos come by and by
  const columns = useMemo(() => {
    const lookups = { departments: find, guardians: guardianSuggestions(t, client) };
    return gridColumns(t, preferences?.columns ?? [], lookups, onlyReads, mayReveal);
  }, [t, preferences?.columns, find, defined, pictures, onlyReads, mayReveal]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: likewise
  const [asked, all] = useMemo(() => {
    const every = arrange(preferences?.columns ?? []);
    const shown = every.filter((one) => !one.is_hidden);
    return [shown.map((one) => one.column), every.map((one) => one.column)];
  }, [preferences?.columns, defined.fields]);
  const view = useRosterView(query, asked);
  const { source, version, isOrderStale, refresh, refusals, forgetRefusals } = view;
  const total = useSession((now) => now.total);
  const grid = useRef<GridHandle>(null);
  const tree = useRef<TreeHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const goTo = useRef<HTMLInputElement>(null);
  const [report, setReport] = useState<SelectionReport | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [isReplacing, setReplacing] = useState(false);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [filtering, setFiltering] = useState<{ column: Column; at: MenuPlace } | null>(null);
  const problems = useProblems({ source, grid, shown: asked, all });
  const words = useMemo(() => gridWords(t, t("roster.grid.label")), [t]);

  // Other values are masked than before.
  const sight = useSession((now) => now.sight);
  const seen = useRef(sight);
  useEffect(() => {
    if (seen.current === sight) return;
    seen.current = sight;
    void refresh();
  }, [sight, refresh]);
  // A paste that waits for an answer is no work under way.
  const isAsking = view.pasteQuestion !== null;
  useEffect(() => {
    useJobs.setState({ isHeld: isAsking });
    return () => useJobs.setState({ isHeld: false });
  }, [isAsking]);

  const focusGrid = useCallback(() => grid.current?.focus(), []);
  const exportMembers = useExport(query, focusGrid);
  const selectedRows = useMemo(() => rowsOf(report, columns.length), [report, columns.length]);
  const collapse = useCallback(() => {
    const row = grid.current?.report().active.row ?? 0;
    grid.current?.select({ top: row, bottom: row, left: 0, right: 0 });
  }, []);
  const commands = useRowCommands({ source, report, rows: selectedRows, refresh, focusGrid, collapse });

  useEffect(() => () => useSession.setState({ total: null, selection: null }), []);

  const onSelection = (now: SelectionReport) => {
    setReport(now);
    const { cells, rows, columns, ranges } = now;
    useSession.setState({ selection: { cells, rows, columns, ranges: ranges.length } });
  };

  // The panel follows the row.
  const activeRowId = report?.activeRowId ?? null;
  useEffect(() => {
    if (!isPanelOpen || !activeRowId) return;
    const timer = window.setTimeout(() => useRoster.setState({ member: activeRowId }), PANEL_FOLLOWS_MS);
    return () => window.clearTimeout(timer);
  }, [isPanelOpen, activeRowId]);

  const showMember = useCallback(
    async (id: string) => {
      useRoster.setState({ member: id, isPanelOpen: true });
      if (!source) return false;
      const row = await source.locate(id, { view: source.key, version: source.version }).catch(() => null);
      if (row === null) return false;
      grid.current?.select({ top: row, bottom: row, left: 0, right: 0 });
      return true;
    },
    [source],
  );

  // The palette asked for a member: where they are not shown, everyone is.
  useEffect(() => {
    if (shownMember === null || !source) return;
    void showMember(shownMember).then((isShown) => {
      const isWhole = !isNarrowed(source.query) && source.query.department === undefined;
      if (isShown || isWhole) {
        useSession.setState({ shownMember: null });
        focusGrid();
      } else {
        useRoster.setState({ department: null, text: "", filters: [] });
        useSession.setState({ mark: null });
      }
    });
  }, [shownMember, source, showMember, focusGrid]);

  const merging = useRef(commands.merge);
  merging.current = commands.merge;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector(".ant-modal-wrap, [cmdk-dialog]")) return;
      if (isPressed(event, "Mod+F")) {
        search.current?.focus();
        search.current?.select();
      } else if (isPressed(event, "Mod+G")) goTo.current?.focus();
      else if (isPressed(event, "Mod+H")) setReplacing(!onlyReads);
      else if (isPressed(event, "Mod+I")) setAdding(!onlyReads);
      else if (isPressed(event, MERGE_KEY)) {
        if (!onlyReads) merging.current();
      }
      // Whoever has just come here goes to the rows as in any spreadsheet.
      else if (event.key.startsWith("Arrow") && document.activeElement === document.body)
        grid.current?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [onlyReads]);

  // A command of the palette.
  const command = useSession((now) => now.asked);
  const exporting = useRef(exportMembers);
  exporting.current = exportMembers;
  const problemsOf = useRef(problems);
  problemsOf.current = problems;
  useEffect(() => {
    if (command === null || !source) return;
    useSession.setState({ asked: null });
    // The palette gives the focus back to where it was; what is asked for takes it after that.
    window.setTimeout(() => {
      if (command === "add") setAdding(true);
      else if (command === "replace") setReplacing(true);
      else if (command === "problems") problemsOf.current.open();
      else if (command === "find") search.current?.focus();
      else if (command === "goTo") goTo.current?.focus();
      else if (command === "merge") merging.current();
      else if (command === "export") void exporting.current();
    });
  }, [command, source]);

  const closePanel = () => {
    useRoster.setState({ isPanelOpen: false });
    focusGrid();
  };

  const arranged = () => arrange(preferences?.columns ?? []);
  const columnOf = (id: string) => asked.find((one) => one === id);

  return (
    <div className="roster">
      <h1 className="sr-only">{t("shell.rail.roster")}</h1>
      <div style={{ width: tree_px }} className="roster-left">
        <DepartmentPane ref={tree} />
      </div>
      <Divider
        label={t("roster.panes.tree")}
        side="left"
        width_px={tree_px}
        least_px={160}
        most_px={640}
        onResize={(px) => useRoster.setState({ tree_px: px })}
      />
      <section className="roster-middle" aria-label={t("roster.grid.label")}>
        {selectedRows.count > 0 && !onlyReads ? (
          <BulkBar commands={commands} count={selectedRows.count} onLeave={focusGrid} />
        ) : (
          <Toolbar
            goTo={
              <NameBox
                ref={goTo}
                active={total === 0 ? null : (report?.active ?? null)}
                rows={total ?? 0}
                columns={columns.length}
                onGo={(range) => {
                  grid.current?.select(range);
                  focusGrid();
                }}
                onLeave={focusGrid}
              />
            }
            search={search}
            onAdd={() => setAdding(true)}
            onReplace={() => setReplacing(true)}
            problems={problems}
            onProblems={problems.isOpen ? problems.close : problems.open}
            onExport={() => void exportMembers()}
            onSearched={focusGrid}
          />
        )}
        <Chips isOrderStale={isOrderStale} onRefresh={() => void refresh().then(focusGrid)} />
        {isReplacing && source && (
          <FindReplace
            view={source.view}
            version={version}
            columns={asked}
            onGo={({ row, column }) => {
              const at = Math.max(0, asked.indexOf(column));
              grid.current?.select({ top: row, bottom: row, left: at, right: at });
            }}
            onReplaced={async (count) => {
              await refresh();
              commands.offerUndo(t("roster.replace.done", { count }));
            }}
            onClose={() => {
              setReplacing(false);
              focusGrid();
            }}
          />
        )}
        {problems.isOpen && (
          <ProblemList
            problems={problems}
            onShowColumn={(column) =>
              void change({ columns: withChanged(arranged(), column, { is_hidden: false }) })
            }
            onClose={() => {
              problems.close();
              focusGrid();
            }}
          />
        )}
        {refusals && (
          <RefusalNotice
            refusals={refusals}
            onClose={() => {
              forgetRefusals();
              focusGrid();
            }}
            onGo={({ row, column }) => {
              const at = Math.max(0, asked.indexOf(column));
              grid.current?.select({ top: row, bottom: row, left: at, right: at });
              focusGrid();
            }}
          />
        )}
        <div className="roster-grid">
          {source && (
            <Grid
              ref={grid}
              label={t("roster.grid.label")}
              columns={columns}
              source={source}
              actions={source}
              view={source.key}
              version={version}
              words={words}
              drafts={drafts}
              {...(onlyReads ? {} : { below: "added" as const })}
              frozen={Math.min(preferences?.frozen_columns ?? FROZEN, columns.length)}
              density_px={DENSITIES[densityOf(preferences?.density)]}
              sort={sort.map((key) => ({ columnId: key.column, direction: key.direction }))}
              empty={<Empty query={query} onAdd={() => setAdding(true)} />}
              onSelection={onSelection}
              onTotal={(total) => {
                useSession.setState({ total });
                const isWhole = !isNarrowed(query) && department === null;
                useRoster.setState({ everyone: isWhole ? total : null });
              }}
              filtered={filters.filter(isFinished).map((filter) => filter.column)}
              onSort={(id, direction, keys) => {
                const column = columnOf(id);
                if (column) sortByHeading(column, direction, keys);
              }}
              onFilter={(id, at) => {
                const column = columnOf(id);
                if (column) setFiltering({ column, at });
              }}
              onResize={(id, width_px) => void change({ columns: withChanged(arranged(), id, { width_px }) })}
              onMoveColumn={(id, index) => void change({ columns: withMoved(arranged(), id, index) })}
              onHideColumn={(id) =>
                void change({ columns: withChanged(arranged(), id, { is_hidden: true }) })
              }
              onFreeze={(frozen_columns) => void change({ frozen_columns })}
              onMenu={({ x_px, y_px }) => setMenu({ x_px, y_px })}
              onRowOpen={(row) => row.id !== "" && useRoster.setState({ member: row.id, isPanelOpen: true })}
              onEscape={() => {
                if (isPanelOpen) useRoster.setState({ isPanelOpen: false });
              }}
              onNotice={(notice) => {
                if (notice.kind === "copied" || notice.kind === "done") return;
                if (notice.kind === "refused") void message.warning(notice.text, 4);
                else void message.info(notice.text, 3);
              }}
            />
          )}
        </div>
      </section>
      {isPanelOpen && (
        <>
          <Divider
            label={t("roster.panes.panel")}
            side="right"
            width_px={panel_px}
            least_px={260}
            most_px={560}
            onResize={(px) => useRoster.setState({ panel_px: px })}
          />
          <div style={{ width: panel_px }} className="roster-right">
            <MemberPanel id={member} onClose={closePanel} />
          </div>
        </>
      )}
      {menu && (
        <ContextMenu
          at={menu}
          label={t("roster.menu.label")}
          items={commands.menuFor(grid.current)}
          onClose={() => setMenu(null)}
        />
      )}
      {filtering && (
        <ColumnFilter
          key={filtering.column}
          column={filtering.column}
          at={filtering.at}
          onClose={() => {
            setFiltering(null);
            focusGrid();
          }}
        />
      )}
      <PastePreview
        question={view.pasteQuestion}
        onAnswer={(answer) => {
          view.answerPaste(answer);
          focusGrid();
        }}
      />
      {commands.dialogs}
      <AddMember
        isOpen={isAdding}
        department={department}
        onClose={() => setAdding(false)}
        onClosed={focusGrid}
        onAdded={async (id) => {
          await refresh();
          const isShown = await showMember(id);
          void message.success(isShown ? t("roster.add.done") : t("roster.add.doneElsewhere"), 3);
        }}
      />
    </div>
  );
};
