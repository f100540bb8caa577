/** What layouts and what stands on them are called. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { LayoutElement, LayoutFinding, LayoutRow } from "@/generated/types";
import { problemLine } from "@/kit/problem-words";

export const useLayoutName = () => {
  const { i18n } = useTranslation();
  return (row: Pick<LayoutRow, "name_zh" | "name_en">) =>
    i18n.language.startsWith("zh") ? row.name_zh : row.name_en;
};

/** Words for a finding: what is wrong and what to do. */
export const findingWords = (
  t: TFunction,
  { problem, detail }: Pick<LayoutFinding, "problem" | "detail">,
) => {
  const words = t("layouts.problems", {
    returnObjects: true,
    detail: detail === null ? "" : Math.round(detail * 10) / 10,
  }) as Record<string, string>;
  return words[problem] ?? problem;
};

/** A text as it reads: what is in braces by what it stands for. */
export const spoken = (t: TFunction, text: string) =>
  text.replace(/\{([a-z_.0-9]+)\}/g, (whole, key: string) => {
    const isOwn = key.startsWith("words.");
    const table = t(isOwn ? "layouts.designer.ownWords" : "layouts.designer.words", {
      returnObjects: true,
    }) as Record<string, string>;
    const found = table[isOwn ? key.slice("words.".length) : key];
    return found === undefined ? whole : `‹${found}›`;
  });

/** What an element is, with the first of its texts. */
export const elementName = (t: TFunction, one: LayoutElement) => {
  const kind = t(`layouts.designer.kinds.${one.kind}`);
  if (one.kind !== "texts") return kind;
  const first = one.items.find((item) => item.kind === "text");
  return first ? `${kind} ${spoken(t, first.text)}` : kind;
};

/** What went wrong with keeping or reading a layout, with its place where it has one. */
export const troubleWords = (t: TFunction, thrown: unknown, language: string) => {
  if (isFailure(thrown) && thrown.code === "layout_unusable") {
    const params: Record<string, string> = thrown.params ?? {};
    const place = params["place"] ?? "";
    return `${place ? `${place}: ` : ""}${findingWords(t, { problem: params["problem"] ?? "", detail: null })}`;
  }
  const rule = isFailure(thrown) ? thrown.params?.["rule"] : undefined;
  if (rule) return problemLine(t, rule);
  const { what, step } = explain(thrown, language);
  return `${what} ${step}`;
};
