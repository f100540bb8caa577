import { App } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { Column, ViewQuery } from "@/generated/types";
import { client } from "@/host";
import { UNDO_OFFER, useAct } from "@/session/act";
import { beginJob } from "@/session/jobs";
import { useSession } from "@/session/store";
import { type PasteQuestion, type Refusals, RosterSource } from "./roster-source";

/** Changes come in bursts while syncing; the view is opened again once for each. */
const SETTLE_MS = 250;

/**
 * The open view of a query. Edits by the user leave every row where it is; changes by others, by undo and by whole-row
 * commands open the view again, unless the user's own edits have put the order in doubt: then they are asked.
 */
export const useRosterView = (query: ViewQuery, columns: readonly Column[]) => {
  const { t } = useTranslation();
  const telling = useTelling();
  const [source, setSource] = useState<RosterSource | null>(null);
  const [version, setVersion] = useState(0);
  const [isOrderStale, setOrderStale] = useState(false);
  const [refusals, setRefusals] = useState<Refusals | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const key = useMemo(() => JSON.stringify(query), [query]);

  const appVersion = useSession((now) => now.version);
  const latest = useRef({ columns, t });
  latest.current = { columns, t };
  if (source) {
    source.columns = columns;
    source.speak(t);
  }

  useEffect(() => {
    let isCurrent = true;
    const wanted: ViewQuery = JSON.parse(key);
    const made = new RosterSource(
      client,
      wanted,
      {
        askPaste: (question) => new Promise((answer) => setAsked({ question, answer })),
        began: () => {
          telling.current.forgetOffer();
          return beginJob();
        },
        refused: setRefusals,
        added: (members, inSight) => telling.current.added(members, inSight),
        orderMayDiffer: () => setOrderStale(true),
        undone: (undone, way) => {
          setOrderStale(false);
          setRefusals(null);
          telling.current.undone(undone, way);
        },
        nothingToUndo: (thrown) => telling.current.nothingToUndo(thrown),
        explain: (thrown) => telling.current.words(thrown),
      },
      latest.current.t,
    );
    made.columns = latest.current.columns;
    made.open().then(
      () => {
        if (!isCurrent) return;
        setSource(made);
        setVersion(made.version);
        setOrderStale(false);
        setRefusals(null);
      },
      (thrown) => isCurrent && telling.current.tell(thrown),
    );
    return () => {
      isCurrent = false;
    };
  }, [key, telling]);

  /** Opens the view again: rows come, go and move to where they belong now. */
  const refresh = useCallback(async () => {
    if (!source) return;
    try {
      await source.open();
      setVersion(source.version);
      setOrderStale(false);
    } catch (thrown) {
      telling.current.tell(thrown);
    }
  }, [source, telling]);

  useEffect(() => {
    if (!source) return;
    let timer = 0;
    const look = () => {
      if (source.isActing) {
        timer = window.setTimeout(look, SETTLE_MS);
        return;
      }
      if (appVersion <= source.seen) return;
      source.advance(appVersion);
      if (isOrderStale) setVersion(source.version);
      else void refresh();
    };
    timer = window.setTimeout(look, SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [appVersion, source, isOrderStale, refresh]);

  const answerPaste = (answer: "paste" | "leave") => {
    asked?.answer(answer);
    setAsked(null);
  };

  return {
    source,
    version,
    isOrderStale,
    refresh,
    refusals,
    forgetRefusals: () => setRefusals(null),
    pasteQuestion: asked?.question ?? null,
    answerPaste,
  };
};

interface Asked {
  question: PasteQuestion;
  answer: (answer: "paste" | "leave") => void;
}

/** How things are told, in a box that does not change while what is in it does. */
const useTelling = () => {
  const { message } = App.useApp();
  const { t, i18n } = useTranslation();
  const { tell, sayUndone } = useAct();
  const now = {
    tell,
    /** What it offers to undo is no longer the last thing done. */
    forgetOffer: () => message.destroy(UNDO_OFFER),
    words: (thrown: unknown) => {
      const { what, step } = explain(thrown, i18n.language);
      return `${what} ${step}`;
    },
    undone: sayUndone,
    added: (members: number, inSight: number) => {
      const text = t("roster.paste.added", { count: members });
      void message.success(inSight < members ? `${text} · ${t("roster.paste.outOfSight")}` : text, 4);
    },
    nothingToUndo: (thrown: unknown) => {
      const { what, code } = explain(thrown, i18n.language);
      const isQuiet = code === "nothing_to_undo" || code === "nothing_to_redo" || code === "cancelled";
      if (isQuiet) void message.info(what, 2);
      else tell(thrown);
    },
  };
  const telling = useRef(now);
  telling.current = now;
  return telling;
};
