import i18next from "i18next";
import { expect, it } from "vitest";
import { en } from "./en";
import { startWords } from "./index";

it("says one of a thing in English as one says it", async () => {
  await startWords("en");
  expect(i18next.t("invitations.sheet.summary", { people: 1, groups: 1, pages: 2 })).toBe(
    "1 person, 1 group, 2 pages",
  );
  expect(i18next.t("duplicates.found", { count: 3 })).toBe("3 groups found");
  await startWords("zh");
  expect(i18next.t("duplicates.found", { count: 1 })).not.toContain("|");
});

it("says nothing where English needs no word", async () => {
  await startWords("en");
  expect(i18next.t("roster.filter.members")).toBe("");
});

it("leaves no number beside a bare plural", () => {
  const sentences: string[] = [];
  const walk = (words: object) => {
    for (const word of Object.values(words)) {
      if (typeof word === "string") sentences.push(word);
      else walk(word as object);
    }
  };
  walk(en);
  // Names and paths may be followed by any word; these are numbers.
  const bare =
    /\{\{(count|own|members|people|groups|pages|rows|columns|cells|ranges|departments|added|girls|boys)\}\} [a-z]+(s|people)\b/;
  expect(sentences.filter((sentence) => bare.test(sentence))).toEqual([]);
});
