import { useQuery } from "@tanstack/react-query";
import type { LayoutWhole, ReadPicture } from "@/generated/types";
import { client } from "@/host";
import { keys } from "@/session/queries";
import { colours } from "./content";

/** Layouts that are looked through: an organisation has a handful. */
const MOST_LAYOUTS = 30;
const MOST_PICTURES = 12;
const MOST_COLOURS = 12;

/** What the organisation's own layouts have in common, for the next one: its colours and its logo. */
export interface House {
  /** Those of most layouts first. */
  colours: string[];
  pictures: ReadPicture[];
}

const NONE: House = { colours: [], pictures: [] };

/** Own layouts are shared with colleagues, so what one of them chose is offered to all. */
export const useHouse = (): House => {
  const { data: rows } = useQuery({ queryKey: keys.layouts, queryFn: () => client.layouts() });
  const own = (rows ?? []).filter((row) => row.is_own && row.fault === null).slice(0, MOST_LAYOUTS);
  const ids = own.map((row) => row.id);
  const { data } = useQuery({
    queryKey: [...keys.layouts, "house", ids],
    queryFn: async () => {
      const read = await Promise.allSettled(ids.map((id) => client.layout({ id })));
      return houseOf(read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    },
    enabled: ids.length > 0,
    staleTime: 60_000,
  });
  return data ?? NONE;
};

export const houseOf = (layouts: LayoutWhole[]): House => {
  const times = new Map<string, number>();
  const pictures = new Map<string, ReadPicture>();
  for (const { content } of layouts) {
    for (const colour of colours(content)) times.set(colour, (times.get(colour) ?? 0) + 1);
    for (const base64 of Object.values(content.pictures)) {
      const size = sizeOf(base64);
      if (size) pictures.set(base64, { base64, ...size });
    }
  }
  const byUse = [...times].sort(
    ([one, often], [other, oftener]) => oftener - often || one.localeCompare(other),
  );
  return {
    colours: byUse.slice(0, MOST_COLOURS).map(([colour]) => colour),
    pictures: [...pictures.values()].slice(0, MOST_PICTURES),
  };
};

/** Width and height as the head of a PNG says them (its first chunk, IHDR). */
const sizeOf = (base64: string): { width: number; height: number } | null => {
  try {
    const head = atob(base64.slice(0, 32));
    const number = (at: number) =>
      [0, 1, 2, 3].reduce((sum, byte) => sum * 256 + head.charCodeAt(at + byte), 0);
    const [width, height] = [number(16), number(20)];
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    return null;
  }
};
