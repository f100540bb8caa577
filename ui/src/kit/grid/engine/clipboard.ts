/**
 * Blocks of cells as spreadsheets put them on the clipboard: text/plain with tabs and CRLF, quoted as Excel quotes,
 * and text/html beside it in which every cell is declared text, so that long numbers and leading zeros arrive whole.
 */

/** A pasted text beyond this is refused before it is taken apart. */
export const PASTE_LIMIT_CHARACTERS = 64_000_000;

export const PASTE_LIMIT_CELLS = 4_000_000;

/** Take a tab-separated text apart; null if it is too big. Short rows are filled up with empty cells. */
export function parseTsv(text: string): string[][] | null {
  if (text.length > PASTE_LIMIT_CHARACTERS) return null;
  const rows: string[][] = [];
  let row: string[] = [];
  let cells = 0;
  let at = 0;
  while (at <= text.length) {
    const field = readField(text, at);
    row.push(field.text);
    cells += 1;
    if (cells > PASTE_LIMIT_CELLS) return null;
    const next = text.charCodeAt(field.end);
    if (next === TAB) {
      at = field.end + 1;
      continue;
    }
    rows.push(row);
    row = [];
    if (field.end >= text.length) break;
    at = field.end + (next === CR && text.charCodeAt(field.end + 1) === LF ? 2 : 1);
    if (at >= text.length) break; // Excel ends the last row as well
  }
  return squared(rows);
}

const TAB = 9;
const LF = 10;
const CR = 13;

/** A quote opens a field only if one closes it right before a tab, a line end or the end; otherwise it is text. */
function readField(text: string, start: number): { text: string; end: number } {
  if (text[start] === '"') {
    let at = start + 1;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) break;
      if (text[quote + 1] === '"') {
        at = quote + 2;
        continue;
      }
      if (quote + 1 >= text.length || isFieldEnd(text.charCodeAt(quote + 1)))
        return { text: lineFeeds(text.slice(start + 1, quote).replaceAll('""', '"')), end: quote + 1 };
      break;
    }
  }
  let end = start;
  while (end < text.length && !isFieldEnd(text.charCodeAt(end))) end += 1;
  return { text: text.slice(start, end), end };
}

function isFieldEnd(code: number): boolean {
  return code === TAB || code === LF || code === CR;
}

function lineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function squared(rows: string[][]): string[][] {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  for (const row of rows) while (row.length < width) row.push("");
  return rows;
}

export function formatTsv(block: readonly (readonly string[])[]): string {
  return block.map((row) => `${row.map(quoted).join("\t")}\r\n`).join("");
}

function quoted(text: string): string {
  const plain = lineFeeds(text);
  return /[\t\n]|^"/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function formatHtml(block: readonly (readonly string[])[]): string {
  const rows = block.map((row) => `<tr>${row.map(htmlCell).join("")}</tr>`).join("");
  return `<meta charset="utf-8"><table>${rows}</table>`;
}

function htmlCell(text: string): string {
  const safe = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/\r\n?|\n/g, '<br style="mso-data-placement:same-cell">');
  // Excel reads this number format as "text"; without it 18 digits lose their last three.
  return `<td style="mso-number-format:'\\@';white-space:pre-wrap">${safe}</td>`;
}
