import { expect, it } from "vitest";
import type { ImportFile } from "@/generated/types";
import { type Correction, corrected, proposed } from "./choices";

const cell = (text: string, was = "138"): Correction => ({ row: 2, column: 3, text, where: "D2", was });

it("keeps one correction of a cell, beside what the file has there", () => {
  const once = corrected([], cell("139"));
  const twice = corrected(once, cell("13900139000", "139"));
  expect(twice).toEqual([cell("13900139000", "138")]);
  expect(corrected(twice, { ...cell("x"), row: 3 })).toHaveLength(2);
});

it("takes a cell that is as the file has it for none", () => {
  const none: Correction[] = [];
  expect(corrected(none, cell("138"))).toBe(none);
  const once = corrected(none, cell("139"));
  expect(corrected(once, cell("139", "139"))).toBe(once);
  expect(corrected(corrected([], cell("139")), cell("138", "139"))).toEqual([]);
});

it("keeps what only a package has in a field of its own", () => {
  const column = {
    letter: "A",
    samples: [],
    confidence: 0,
    form: "text",
    choices: [],
    data_class: "ordinary",
  };
  const columns = [
    { ...column, heading: "姓名", field_name: "姓名", target: "name" },
    { ...column, letter: "B", heading: "metadata.bus", field_name: "bus", target: "new_field" },
    {
      ...column,
      letter: "C",
      heading: "metadata.监护人1 email",
      field_name: "监护人1 email",
      target: "new_field",
      data_class: "personal",
    },
  ];
  const options = { takes_all_sheets: false, mode: "merge" as const, answers: [] };
  const { targets, newFields } = proposed({ columns } as unknown as ImportFile, options);
  expect(targets).toEqual(["name", "new_field", "new_field"]);
  expect(newFields).toEqual([
    { column: 1, name: "bus", form: "text", choices: [], data_class: "ordinary" },
    { column: 2, name: "监护人1 email", form: "text", choices: [], data_class: "personal" },
  ]);
});
