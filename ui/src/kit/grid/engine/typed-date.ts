/** Ways a date is typed, turned to ISO 8601. What is not understood is left as it is for the data's owner to judge. */

const PATTERNS = [/^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/, /^(\d{4})(\d{2})(\d{2})$/];

export function isoDate(text: string): string {
  const plain = text.trim().normalize("NFKC");
  for (const pattern of PATTERNS) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return text;
    return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  }
  return text;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
