// @vitest-environment node

import { describe, expect, it } from "vitest";
import { formatHtml, formatTsv, PASTE_LIMIT_CHARACTERS, parseTsv } from "./clipboard";

describe("a pasted text", () => {
  it("is taken apart at tabs and line ends of every kind", () => {
    const block = [
      ["a", "b"],
      ["c", "d"],
    ];
    expect(parseTsv("a\tb\r\nc\td\r\n")).toEqual(block);
    expect(parseTsv("a\tb\nc\td")).toEqual(block);
    expect(parseTsv("a\tb\rc\td\r")).toEqual(block);
  });

  it("keeps line breaks and quotes inside quoted cells", () => {
    expect(parseTsv('"上午\r\n下午"\t"说 ""好"""\r\n')).toEqual([["上午\n下午", '说 "好"']]);
    expect(parseTsv('""\t""""')).toEqual([["", '"']]);
  });

  it("takes a quote that opens nothing as text", () => {
    expect(parseTsv('5" pipe\t"half')).toEqual([['5" pipe', '"half']]);
    expect(parseTsv('"a"b\tc')).toEqual([['"a"b', "c"]]);
  });

  it("fills short rows up and keeps empty cells", () => {
    expect(parseTsv("a\t\tc\r\nd\r\n\r\n")).toEqual([
      ["a", "", "c"],
      ["d", "", ""],
      ["", "", ""],
    ]);
    expect(parseTsv("\r\n")).toEqual([[""]]);
    expect(parseTsv("")).toEqual([[""]]);
  });

  it("is refused when it is too big to hold", () => {
    expect(parseTsv("x".repeat(PASTE_LIMIT_CHARACTERS + 1))).toBeNull();
    expect(parseTsv("\t".repeat(4_000_000))).toBeNull();
  });

  it("is taken apart in time that grows with its length, even full of quotes", () => {
    const started = performance.now();
    expect(parseTsv(`${'"a\t'.repeat(100_000)}`)?.[0]?.length).toBe(100_001);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe("a copied block", () => {
  it("reads back as it was, whatever is in it", () => {
    const block = [
      ["上午\n下午", "tab\there", '"quoted"', "012345678901234567"],
      ["", " ", 'in"side', "=1+1"],
    ];
    expect(parseTsv(formatTsv(block))).toEqual(block);
  });

  it("ends every row with CRLF and writes breaks inside cells as LF", () => {
    expect(
      formatTsv([
        ["a", "b\r\nc"],
        ["d", ""],
      ]),
    ).toBe('a\t"b\nc"\r\nd\t\r\n');
  });

  it("declares every cell as text in HTML and lets nothing through as markup", () => {
    const html = formatHtml([['<b>&"', "0012\n3"]]);
    expect(html).toContain("mso-number-format:'\\@'");
    expect(html).toContain("&lt;b&gt;&amp;&quot;");
    expect(html).toContain('0012<br style="mso-data-placement:same-cell">3');
  });
});
