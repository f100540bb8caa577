import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { problems as en } from "./en/problems";
import { problems as zh } from "./zh/problems";

const crates = resolve(import.meta.dirname, "../../../crates");
const source = (path: string) => readFileSync(resolve(crates, path), "utf8");
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const between = (text: string, from: string, to: string) => {
  const start = text.indexOf(from);
  return text.slice(start, text.indexOf(to, start));
};

const model = found(source("model/src/check/problem.rs"), /^ +\w+ = "(\w+)",/gm);
const tree = found(source("model/src/tree/mod.rs"), /^ +\w+ = "(\w+)",/gm);
const cells = found(source("app/src/cells.rs"), /const [A-Z_]+: &str = "(\w+)";/g);
const departments = found(source("app/src/departments.rs"), /\.with\("rule", "(\w+)"\)/g);
const stage = source("exchange/src/stage/problem.rs");
const stageCodes = found(
  between(stage, "impl ProblemCode", "pub fn severity"),
  /Self::\w+(?:\(\w+\))? => "(\w+)"/g,
);
const remedies = found(between(stage, "impl Remedy", "impl ProblemCode"), /Self::\w+ => "(\w+)"/g);

describe("words for problems", () => {
  it("finds the codes in the sources it reads", () => {
    expect(model.length).toBeGreaterThan(40);
    expect(tree.length).toBeGreaterThan(3);
    expect(cells.length).toBeGreaterThan(3);
    expect(stageCodes.length).toBeGreaterThan(15);
    expect(remedies.length).toBeGreaterThan(10);
  });

  it.each([
    ["Chinese", zh],
    ["English", en],
  ])("has every code in %s, with a step to take", (_, words) => {
    const codes: Record<string, { what: string; step: string }> = words.codes;
    const wanted = [...model, ...tree, ...cells, ...departments, ...stageCodes];
    expect(wanted.filter((code) => !codes[code]?.what || !codes[code]?.step)).toEqual([]);
    const steps: Record<string, string> = words.remedies;
    expect(remedies.filter((remedy) => !steps[remedy])).toEqual([]);
  });
});
