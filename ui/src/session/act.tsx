import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { Failure, Undone } from "@/generated/types";
import { client } from "@/host";
import { runJob } from "./jobs";

/** The message that offers to undo what was just done; it goes when something else is done or undone. */
export const UNDO_OFFER = "undo-offer";

/** Runs calls and says what went wrong, and undoes with a word about what was undone. */
export const useAct = () => {
  const { message } = App.useApp();
  const { t, i18n } = useTranslation();

  const tell = (thrown: unknown) => {
    const { what, step, code } = explain(thrown, i18n.language);
    // Whoever stopped it knows; that nothing is left of it is good to hear.
    if (code === "cancelled") void message.info(what, 3);
    else void message.error(`${what} ${step}`, 6);
  };

  /** The answer, or undefined after the failure was told. */
  const act = async <Answer,>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      tell(thrown);
      return undefined;
    }
  };

  const operation = (word: string) => {
    const words = t("shell.operations", { returnObjects: true }) as Record<string, string>;
    return words[word] ?? words["other"] ?? word;
  };

  /** What was undone may have been more than one thought, an import for one: the way back stands beside it. */
  const sayUndone = (undone: Undone, way: "undo" | "redo") => {
    message.destroy(UNDO_OFFER);
    const kept = undone.kept > 0 ? ` · ${t("shell.kept", { count: undone.kept })}` : "";
    const sentence = way === "undo" ? "shell.undone" : "shell.redone";
    void message.success({
      key: "undone",
      duration: way === "undo" ? 6 : 3,
      content: (
        <>
          {t(sentence, { operation: operation(undone.operation) }) + kept}{" "}
          {way === "undo" && (
            <Button type="link" size="small" onClick={() => void redo()}>
              {t("shell.palette.redo")}
            </Button>
          )}
        </>
      ),
    });
  };

  const undoOrRedo = async (
    work: (asked: { job: string }) => Promise<Undone>,
    way: "undo" | "redo",
    nothing: Failure["code"],
  ) => {
    message.destroy(UNDO_OFFER);
    try {
      sayUndone(await runJob((job) => work({ job })), way);
    } catch (thrown) {
      const { what, step, code } = explain(thrown, i18n.language);
      if (code === nothing || code === "cancelled") void message.info(what, 2);
      else void message.error(`${what} ${step}`, 6);
    }
  };

  const undo = () => undoOrRedo(client.undo, "undo", "nothing_to_undo");
  const redo = () => undoOrRedo(client.redo, "redo", "nothing_to_redo");

  return { act, tell, operation, sayUndone, undo, redo };
};
