import { failureWords } from "@/generated/failures";
import type { Failure } from "@/generated/types";

/** Whether a rejected call carries one of our failures; anything else is a fault of the program. */
export const isFailure = (thrown: unknown): thrown is Failure =>
  typeof thrown === "object" &&
  thrown !== null &&
  "code" in thrown &&
  typeof thrown.code === "string" &&
  thrown.code in failureWords;

/** The failure behind whatever a call threw. */
export const toFailure = (thrown: unknown): Failure => (isFailure(thrown) ? thrown : { code: "internal" });

/** What happened and the one thing to do next, in the language of the page. */
export const explain = (thrown: unknown, language: string): { what: string; step: string; code: string } => {
  const failure = toFailure(thrown);
  const words = failureWords[failure.code];
  return language.startsWith("zh")
    ? { what: words.zh, step: words.zhStep, code: failure.code }
    : { what: words.en, step: words.enStep, code: failure.code };
};
