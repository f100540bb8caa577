import { App } from "antd";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { Failure, Undone } from "@/generated/types";
import { client } from "@/host";

/** The message that offers to undo what was just done; it goes when something else is done or undone. */
export const UNDO_OFFER = "undo-offer";

/** Runs calls and says what went wrong, and undoes with a word about what was undone. */
export const useAct = () => {
  const { message } = App.useApp();
  const { t, i18n } = useTranslation();

  const tell = (thrown: unknown) => {
    const { what, step } = explain(thrown, i18n.language);
    void message.error(`${what} ${step}`, 6);
  };

  /** The answer, or undefined after the failure was told. */
  const act = async <Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
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

  const say = (undone: Undone, sentence: "shell.undone" | "shell.redone") => {
    const kept = undone.kept > 0 ? ` · ${t("shell.kept", { count: undone.kept })}` : "";
    void message.success(t(sentence, { operation: operation(undone.operation) }) + kept, 3);
  };

  const undoOrRedo = async (
    work: () => Promise<Undone>,
    sentence: "shell.undone" | "shell.redone",
    nothing: Failure["code"],
  ) => {
    message.destroy(UNDO_OFFER);
    try {
      say(await work(), sentence);
    } catch (thrown) {
      const { what, step, code } = explain(thrown, i18n.language);
      if (code === nothing) void message.info(what, 2);
      else void message.error(`${what} ${step}`, 6);
    }
  };

  return {
    act,
    tell,
    operation,
    undo: () => undoOrRedo(client.undo, "shell.undone", "nothing_to_undo"),
    redo: () => undoOrRedo(client.redo, "shell.redone", "nothing_to_redo"),
  };
};
