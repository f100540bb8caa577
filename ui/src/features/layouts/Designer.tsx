import {
  ArrowLeftOutlined,
  BorderOuterOutlined,
  FontSizeOutlined,
  LineOutlined,
  PictureOutlined,
  PrinterOutlined,
  QrcodeOutlined,
  RedoOutlined,
  SaveOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Segmented } from "antd";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { isFailure } from "@/failure";
import type { DraftLayout, LayoutBox, LayoutContent, LayoutFinding, LayoutPerson } from "@/generated/types";
import { client, host } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useEscape } from "@/kit/useEscape";
import { useAct } from "@/session/act";
import type { FromRun } from "@/session/left-run";
import { keys, queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";
import { isPressed, isTyping } from "@/shell/keys";
import { Board } from "./Board";
import {
  type At,
  addElement,
  addPicture,
  duplicateElement,
  elementAt,
  type Kind,
  type Part,
  placeOf,
  removeElement,
  replacePicture,
  sameAt,
  setBox,
} from "./content";
import { type Draft, isChanged, draftKey as keyOf, setDraft } from "./drafts";
import { ElementFields } from "./ElementFields";
import { Findings } from "./Findings";
import { elementName, troubleWords } from "./names";
import { PaperFields } from "./PaperFields";
import { change, redo, settle, undo } from "./past";
import { useDrawing } from "./useDrawing";
import { useFit } from "./useFit";
import { useHouse } from "./useHouse";

const ICONS: Record<Kind, ReactNode> = {
  texts: <FontSizeOutlined />,
  code: <QrcodeOutlined />,
  picture: <PictureOutlined />,
  bar: <LineOutlined />,
  frame: <BorderOuterOutlined />,
};
const KINDS = ["texts", "code", "picture", "bar", "frame"] as const;
const VIEWS = ["front", "back", "sheet"] as const;
type View = (typeof VIEWS)[number];
const PARTS: Record<View, Part> = { front: "front", back: "back", sheet: "page" };
const ZOOM = 1.25;

/** A layout on the table: boxes on paper, what they are by fields, and what is wrong with it, said at once. */
export const Designer = ({
  id,
  draftKey,
  draft,
  isOwn,
  trouble,
}: {
  id: string;
  draftKey: string;
  draft: Draft;
  isOwn: boolean;
  /** What a colleague did to it meanwhile. */
  trouble: "stale" | "gone" | null;
}) => {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const location = useLocation();
  const { message, modal } = App.useApp();
  const { act } = useAct();
  const { onlyReads } = useSight();
  const canEdit = !onlyReads;
  const house = useHouse();
  const [view, setView] = useState<View>("front");
  const [chosen, setChosen] = useState<At | null>(null);
  const [side, setSide] = useState<"element" | "paper">("element");
  const [who, setWho] = useState("longest");
  const [language, setLanguage] = useState(i18n.language.startsWith("zh") ? "zh" : "en");
  const [hasGrid, setGrid] = useState(true);
  const [snaps, setSnaps] = useState(true);
  const [zoom, setZoom] = useState(1);
  const [isBusy, setBusy] = useState(false);
  const { data: people } = useQuery({
    queryKey: ["layout-people"],
    queryFn: () => client.layoutPeople(),
    staleTime: 60_000,
  });

  const { past, name } = draft;
  const content = past.now;
  const part = PARTS[view];
  const latest = useRef(draft);
  latest.current = draft;
  const put = (next: Partial<Draft>) => {
    latest.current = { ...latest.current, ...next };
    setDraft(draftKey, latest.current);
  };
  const setContent = (now: LayoutContent, about: string | null = null) =>
    canEdit && put({ past: change(latest.current.past, now, about) });
  const leave = () => put({ past: settle(latest.current.past) });
  const back = () => put({ past: undo(latest.current.past) });
  const again = () => put({ past: redo(latest.current.past) });

  const wanted = useMemo<DraftLayout | null>(() => {
    if (!people) return null;
    const first = people.filter((one) => one.why === who);
    return {
      content,
      language,
      view,
      people: [...first, ...people.filter((one) => one.why !== who)],
    };
  }, [content, language, view, people, who]);
  const { drawing, drawn } = useDrawing(wanted);
  // Of the other side nothing is shown here.
  const picture = drawn?.view === view ? drawing : null;
  const { stock } = content;
  const bleed = part === "page" ? 0 : stock.label.bleed_mm;
  const room = part === "page" ? stock.sheet : stock.label;
  const { ref: scroll, scale: fit } = useFit(room.width_mm + 2 * bleed, room.height_mm + 2 * bleed);
  const scale = fit * zoom;

  const marks = useMemo(() => {
    const found = new Map<number, "danger" | "warning">();
    const mark = (findings: LayoutFinding[], tone: "danger" | "warning") => {
      for (const { place } of findings) {
        const at = placeOf(place);
        if (at?.part === part && found.get(at.index) !== "danger") found.set(at.index, tone);
      }
    };
    mark(drawing?.advice ?? [], "warning");
    mark(drawing?.faults ?? [], "danger");
    return found;
  }, [drawing, part]);

  const choose = (at: At | null) => {
    if (at && !sameAt(at, chosen)) setSide("element");
    setChosen(at);
  };
  const addKind = async (kind: Kind) => {
    if (kind === "picture") {
      const picture = await pickPicture();
      if (!picture) return;
      const [now, at] = addPicture(latest.current.past.now, part, picture);
      setContent(now);
      return choose(at);
    }
    const [now, at] = addElement(content, part, kind, kind === "texts" ? "{name}" : "");
    setContent(now);
    choose(at);
  };
  const pickPicture = async () => {
    const path = await host.pickFile(t("layouts.designer.add.picture"), [
      { name: t("layouts.designer.pictureFiles"), endings: ["png", "jpg", "jpeg", "webp"] },
    ]);
    return path === null ? undefined : act(() => client.readPicture({ path }));
  };
  const changePicture = async (at: At) => {
    const picture = await pickPicture();
    if (picture) setContent(replacePicture(latest.current.past.now, at, picture));
  };
  const remove = (at: At) => {
    setContent(removeElement(content, at));
    setChosen(null);
  };
  const duplicate = (at: At) => {
    const made = duplicateElement(content, at);
    if (!made) return;
    setContent(made[0]);
    choose(made[1]);
  };
  const go = (finding: LayoutFinding, at: At | null) => {
    if (at) {
      setView(at.part === "page" ? "sheet" : at.part);
      choose(at);
    } else if (finding.place.startsWith("stock")) setSide("paper");
  };

  const faults = drawing?.faults.length ?? 0;
  const hasChanged = isChanged(draft);
  const mayKeep = canEdit && (hasChanged || !isOwn);
  /** Keeps it: in its place, over what a colleague did, or as another one. */
  const keep = async (way: "own" | "over" | "copy") => {
    setBusy(true);
    const now = latest.current;
    const isNew = way === "copy" || !isOwn;
    try {
      const row = await client.keepLayout({
        name: now.name,
        content: now.past.now,
        ...(isNew ? {} : { id }),
        ...(isNew || way === "over" ? {} : { state: now.kept.state }),
      });
      // Known before the draft is: otherwise what was kept just now would look like a colleague's doing.
      const whole = await client.layout({ id: row.id });
      queryClient.setQueryData([...keys.layouts, row.id], whole);
      const kept = { name: now.name, content: now.past.now, state: whole.state };
      const next = { ...latest.current, kept };
      if (isNew) {
        setDraft(keyOf(draftKey.slice(0, draftKey.lastIndexOf("/")), row.id), next);
        void navigate(`/layouts/${row.id}`, { replace: true, state: location.state });
      } else put(next);
      await queryClient.invalidateQueries({ queryKey: keys.layouts });
      // What it was begun with is as it was. Not sooner: here it would be seen for a moment.
      if (isNew) setDraft(draftKey, null);
      void message.success(t("layouts.designer.saved", { name: now.name }), 2);
    } catch (thrown) {
      if (isFailure(thrown) && (thrown.code === "stale" || thrown.code === "not_found")) {
        await queryClient.invalidateQueries({ queryKey: keys.layouts });
      } else {
        modal.error({
          title: t("layouts.designer.title"),
          content: troubleWords(t, thrown, i18n.language),
        });
      }
    } finally {
      setBusy(false);
    }
  };
  const save = () => {
    if (!mayKeep) return void message.info(t("layouts.designer.nothingToSave"), 2);
    if (faults > 0) return void message.warning(t("layouts.designer.faultsLeft", { count: faults }), 3);
    void keep(trouble === "gone" ? "copy" : "own");
  };
  const came = location.state as (FromRun & { back?: string }) | null;
  const run: FromRun = came?.run === undefined ? {} : { run: came.run };
  // The print run goes on with the layout that it was left for.
  const print = () => void navigate("/invitations", { state: { ...run, layout: id } });
  const goBack = () => (came?.back === "/invitations" ? print() : void navigate("/layouts", { state: run }));
  useEscape(() => (chosen ? setChosen(null) : goBack()));

  const keysOf = useRef({ back, again, save });
  keysOf.current = { back, again, save };
  useEffect(() => {
    // Before the shell hears of it: here undo is of the layout, not of the roster.
    const onKey = (event: KeyboardEvent) => {
      const over = [...document.querySelectorAll(".ant-modal-wrap, [cmdk-dialog]")];
      if (over.some((one) => getComputedStyle(one).display !== "none")) return;
      const run = isPressed(event, "Mod+S")
        ? keysOf.current.save
        : isTyping(event)
          ? null
          : isPressed(event, "Mod+Z")
            ? keysOf.current.back
            : isPressed(event, "Mod+Y") || isPressed(event, "Mod+Shift+Z")
              ? keysOf.current.again
              : null;
      if (!run) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);

  const element = chosen && elementAt(content, chosen);
  const hasCode = [...content.design.front, ...content.design.back].some((one) => one.kind === "code");
  const mayAdd = (kind: Kind) => kind !== "code" || (!hasCode && part !== "page");
  const personName = (one: LayoutPerson) => {
    const said = one.member === "" ? t("layouts.designer.madeUp", { name: one.name }) : one.name;
    return `${t(`layouts.designer.whos.${one.why as "longest"}`)} · ${said}`;
  };

  return (
    <div className="designer">
      <header className="designer-head">
        <Button type="text" icon={<ArrowLeftOutlined />} onClick={goBack}>
          {t("layouts.designer.back")}
        </Button>
        <h1 className="designer-title">{t("layouts.designer.title")}</h1>
        <input
          className="field designer-name"
          aria-label={t("layouts.name")}
          autoComplete="off"
          maxLength={60}
          disabled={!canEdit}
          value={name}
          onChange={(event) => put({ name: event.target.value })}
        />
        {hasChanged && (
          <span className="tag" data-tone="warning">
            {t("layouts.unsaved")}
          </span>
        )}
        <span className="designer-space" />
        {canEdit && (
          <>
            <ToolButton
              label={t("layouts.designer.undo")}
              icon={<UndoOutlined />}
              shortcut="Mod+Z"
              disabled={past.before.length === 0}
              onClick={back}
            />
            <ToolButton
              label={t("layouts.designer.redo")}
              icon={<RedoOutlined />}
              shortcut="Mod+Y"
              disabled={past.after.length === 0}
              onClick={again}
            />
          </>
        )}
        <Button
          icon={<PrinterOutlined />}
          disabled={hasChanged && canEdit}
          title={hasChanged ? t("layouts.designer.printHint") : undefined}
          onClick={print}
        >
          {t("layouts.designer.print")}
        </Button>
        {canEdit && (
          <Button type="primary" icon={<SaveOutlined />} loading={isBusy} disabled={!mayKeep} onClick={save}>
            {t(isOwn ? "layouts.designer.save" : "layouts.designer.saveNew")}
          </Button>
        )}
      </header>
      {trouble !== null && hasChanged && !isBusy && (
        <Alert
          type="warning"
          showIcon
          title={t(`layouts.designer.${trouble}`)}
          description={t(`layouts.designer.${trouble}Note`)}
          action={
            <div className="layouts-acts">
              {trouble === "stale" && (
                <>
                  <Button size="small" onClick={() => setDraft(draftKey, null)}>
                    {t("layouts.designer.revert")}
                  </Button>
                  <Button size="small" onClick={() => void keep("over")}>
                    {t("layouts.designer.overwrite")}
                  </Button>
                </>
              )}
              <Button size="small" onClick={() => void keep("copy")}>
                {t("layouts.designer.asCopy")}
              </Button>
            </div>
          }
        />
      )}
      <div className="designer-tools">
        <Segmented<View>
          aria-label={t("layouts.designer.view")}
          value={view}
          onChange={(next) => {
            setView(next);
            setChosen(null);
            setZoom(1);
          }}
          options={VIEWS.map((word) => ({ value: word, label: t(`layouts.designer.views.${word}`) }))}
        />
        <select
          className="field"
          aria-label={t("layouts.designer.who")}
          value={who}
          onChange={(event) => setWho(event.target.value)}
        >
          {people?.map((one) => (
            <option key={one.why} value={one.why}>
              {personName(one)}
            </option>
          ))}
        </select>
        <Segmented
          aria-label={t("layouts.designer.language")}
          value={language}
          onChange={setLanguage}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
        <span className="designer-space" />
        <label className="layouts-check">
          <input type="checkbox" checked={hasGrid} onChange={(event) => setGrid(event.target.checked)} />
          {t("layouts.designer.grid")}
        </label>
        <label className="layouts-check">
          <input type="checkbox" checked={snaps} onChange={(event) => setSnaps(event.target.checked)} />
          {t("layouts.designer.snap")}
        </label>
        <fieldset className="designer-zoom" aria-label={t("layouts.designer.zoom")}>
          <ToolButton
            label={t("layouts.designer.zoomOut")}
            icon="−"
            disabled={zoom <= 0.3}
            onClick={() => setZoom(zoom / ZOOM)}
          />
          <ToolButton
            label={t("layouts.designer.fit")}
            icon={`${Math.round(zoom * 100)}%`}
            onClick={() => setZoom(1)}
          />
          <ToolButton
            label={t("layouts.designer.zoomIn")}
            icon="+"
            disabled={zoom >= 8}
            onClick={() => setZoom(zoom * ZOOM)}
          />
        </fieldset>
      </div>
      <div className="designer-body">
        <section className="designer-parts" aria-label={t("layouts.designer.elements")}>
          <div className="designer-add">
            {KINDS.map((kind) => (
              <ToolButton
                key={kind}
                label={t("layouts.designer.addOf", { what: t(`layouts.designer.add.${kind}`) })}
                icon={
                  <>
                    {ICONS[kind]} <span aria-hidden="true">{t(`layouts.designer.add.${kind}`)}</span>
                  </>
                }
                look="outlined"
                disabled={!canEdit || !mayAdd(kind)}
                onClick={() => void addKind(kind)}
              />
            ))}
          </div>
          {canEdit && house.pictures.length > 0 && (
            <fieldset className="designer-pictures" aria-label={t("layouts.designer.housePictures")}>
              {house.pictures.map((picture, index) => (
                <button
                  key={picture.base64}
                  type="button"
                  title={t("layouts.designer.housePicture", { number: index + 1 })}
                  aria-label={t("layouts.designer.housePicture", { number: index + 1 })}
                  onClick={() => {
                    const [now, at] = addPicture(latest.current.past.now, part, picture);
                    setContent(now);
                    choose(at);
                  }}
                >
                  <img alt="" src={`data:image/png;base64,${picture.base64}`} />
                </button>
              ))}
            </fieldset>
          )}
          <h2>{t("layouts.designer.elements")}</h2>
          {content.design[part].length === 0 && <p className="quiet">{t("layouts.designer.emptyPart")}</p>}
          <ul>
            {content.design[part].map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an element is known by its place alone
              <li key={index}>
                <button
                  type="button"
                  className="designer-part"
                  aria-pressed={sameAt(chosen, { part, index })}
                  data-tone={marks.get(index)}
                  onClick={() => choose({ part, index })}
                >
                  <span aria-hidden="true">{ICONS[one.kind]}</span>
                  <span>{elementName(t, one)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
        <section className="designer-board" aria-label={t("layouts.designer.board")}>
          <div ref={scroll} className="board-scroll">
            {picture?.svg === "" && drawn === wanted && (
              <p className="board-note">{t("layouts.designer.cannotDraw")}</p>
            )}
            {picture === null && (
              <p className="board-note" role="status">
                {t("layouts.designer.preparing")}
              </p>
            )}
            <Board
              content={content}
              part={part}
              drawing={picture}
              chosen={chosen}
              marks={marks}
              options={{ scale, hasGrid: hasGrid && scale > 1.5, snaps, canEdit }}
              onChoose={choose}
              onBox={(at: At, box: LayoutBox, about: string) =>
                setContent(setBox(latest.current.past.now, at, box), about)
              }
              onSettle={leave}
              onUndo={back}
              onRemove={remove}
              onDuplicate={duplicate}
            />
          </div>
          {canEdit && <p className="quiet designer-hint">{t("layouts.designer.boardHint")}</p>}
        </section>
        <aside className="designer-side">
          <Segmented<"element" | "paper">
            block
            value={side}
            onChange={setSide}
            options={(["element", "paper"] as const).map((word) => ({
              value: word,
              label: t(`layouts.designer.tabs.${word}`),
            }))}
          />
          {/* What is shut takes no focus, so where nothing may be changed the panel itself is what the keys move. */}
          <section
            className="layouts-side"
            aria-label={t(`layouts.designer.tabs.${side}`)}
            {...(canEdit ? {} : { tabIndex: 0 })}
          >
            <fieldset className="layouts-side-fields" disabled={!canEdit}>
              {side === "paper" ? (
                <PaperFields
                  stock={stock}
                  onChange={(next, about) => setContent({ ...content, stock: next }, about)}
                  onLeave={leave}
                />
              ) : element && chosen ? (
                <ElementFields
                  key={`${chosen.part} ${chosen.index}`}
                  content={content}
                  at={chosen}
                  house={house.colours}
                  onContent={setContent}
                  onChoose={setChosen}
                  onLeave={leave}
                  onRemove={() => remove(chosen)}
                  onDuplicate={() => duplicate(chosen)}
                  onPicture={() => void changePicture(chosen)}
                />
              ) : (
                <p className="quiet">{t("layouts.designer.nothingChosen")}</p>
              )}
            </fieldset>
          </section>
          <Findings content={content} drawing={drawing} onGo={go} />
        </aside>
      </div>
    </div>
  );
};
