/** "1-3, 5" as page numbers in order, or null when it is anything else or beyond the last page. */
export const readPages = (text: string, last: number): number[] | null => {
  const pages = new Set<number>();
  for (const part of text.split(/[\s,，、;；]+/).filter(Boolean)) {
    const found = /^(\d{1,7})(?:[-–—~～至到](\d{1,7}))?$/.exec(part);
    if (!found) return null;
    const from = Number(found[1]);
    const to = Number(found[2] ?? found[1]);
    if (from < 1 || to < from || to > last) return null;
    for (let page = from; page <= to; page += 1) pages.add(page);
  }
  return pages.size > 0 ? [...pages].sort((a, b) => a - b) : null;
};
