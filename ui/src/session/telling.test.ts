import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { fields } from "@/generated/fields";
import { startWords } from "@/words";
import { fieldName, kindName, valueName } from "./telling";

beforeAll(() => startWords("zh"));

describe.each(["zh", "en"])("what the history and the list of refusals say in %s", (language) => {
  const tell = async () => {
    await i18next.changeLanguage(language);
    return i18next.t;
  };

  it("has a name for every kind of record", async () => {
    const t = await tell();
    expect(Object.keys(fields).filter((kind) => kindName(t, kind) === kind)).toEqual([]);
  });

  it("has a name for every field that people see", async () => {
    const t = await tell();
    // What a conflict holds is shown in a place of its own.
    const seen = Object.entries(fields).filter(([kind]) => kind !== "conflict");
    const raw = seen.flatMap(([kind, of]) =>
      Object.keys(of)
        .filter((field) => fieldName(t, kind, field) === field)
        .map((field) => `${kind}.${field}`),
    );
    expect(raw).toEqual([]);
  });

  it("calls nothing but people by a person's name, and says yes or no of what is so or not", async () => {
    const t = await tell();
    expect(fieldName(t, "department", "name")).toBe(language === "zh" ? "名称" : "Name");
    expect(fieldName(t, "member", "name")).toBe(t("choices.columns.name"));
    expect(["1", ""].map((text) => valueName(t, "custom_field", "is_required", text))).toEqual(
      ["yes", "no"].map((word) => t(`choices.yes_no.${word as "yes"}`)),
    );
  });

  it("has a word for every choice", async () => {
    const t = await tell();
    const raw = Object.entries(fields).flatMap(([kind, of]) =>
      Object.entries(of).flatMap(([field, words]) =>
        (words ?? [])
          .filter((word) => valueName(t, kind, field, word) === word)
          .map((word) => `${kind}.${field} ${word}`),
      ),
    );
    expect(raw).toEqual([]);
  });
});

it("leaves text as it was written, and parts only what a list has words for", () => {
  const { t } = i18next;
  expect(valueName(t, "member", "note", "a;b;")).toBe("a;b;");
  expect(valueName(t, "member", "chip_numbers", "1;2")).toBe("1;2");
  expect(valueName(t, "member", "identity", "student;parent")).toBe(
    ["student", "parent"].map((word) => t(`choices.identity.${word as "student"}`)).join(t("choices.comma")),
  );
});

it("lists the choices of a field, and leaves what is no list as it is", async () => {
  await i18next.changeLanguage("zh");
  const told = (text: string) => valueName(i18next.t, "custom_field", "choices", text);
  expect([told('["住校","走读"]'), told("[]"), told("{"), told("7")]).toEqual(["住校、走读", "", "{", "7"]);
});
