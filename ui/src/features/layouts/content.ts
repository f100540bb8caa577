/** A layout's content and what can be done to it: plain values in, plain values out. */

import type { LayoutBox, LayoutContent, LayoutElement, LayoutItem } from "@/generated/types";

/** Where elements stand: on the label's front, its back, or once on the sheet. */
export type Part = "front" | "back" | "page";

/** An element by its part and its place in it. */
export interface At {
  part: Part;
  index: number;
}

export type Kind = LayoutElement["kind"];

/** Words in braces that a text may have: data of somebody, and the program's words. */
export const DATA_WORDS = [
  "name",
  "department",
  "number",
  "organisation",
  "expiry",
  "link",
  "heading",
  "people",
  "page_of",
  "place",
] as const;
export const OWN_WORDS = [
  "title",
  "number",
  "scan",
  "valid_until",
  "personal",
  "fold",
  "letter_title",
  "letter_greeting",
  "letter_introduction",
  "letter_step_1",
  "letter_step_2",
  "letter_step_3",
  "letter_link",
  "letter_expiry",
  "letter_privacy",
] as const;

export const sameAt = (a: At | null, b: At | null) => a?.part === b?.part && a?.index === b?.index;

export const elementAt = (content: LayoutContent, at: At): LayoutElement | undefined =>
  content.design[at.part][at.index];

const withPart = (content: LayoutContent, part: Part, elements: LayoutElement[]): LayoutContent => ({
  ...content,
  design: { ...content.design, [part]: elements },
});

/** The content with one element changed. */
export const changeElement = (
  content: LayoutContent,
  at: At,
  change: (one: LayoutElement) => LayoutElement,
) =>
  withPart(
    content,
    at.part,
    content.design[at.part].map((one, index) => (index === at.index ? change(one) : one)),
  );

/** A tenth of what a ruler shows, without the dust of sums. */
export const round = (mm: number) => Math.round(mm * 1000) / 1000;

export const setBox = (content: LayoutContent, at: At, box: LayoutBox) => {
  const rounded = {
    x_mm: round(box.x_mm),
    y_mm: round(box.y_mm),
    width_mm: round(box.width_mm),
    height_mm: round(box.height_mm),
  };
  return changeElement(content, at, (one) => ({ ...one, box: rounded }));
};

/** Without the element; and without a picture that nothing shows any more. */
export const removeElement = (content: LayoutContent, at: At) =>
  forgetPictures(
    withPart(
      content,
      at.part,
      content.design[at.part].filter((_, index) => index !== at.index),
    ),
  );

/** The element drawn one place earlier or later. */
export const reorder = (content: LayoutContent, { part, index }: At, by: -1 | 1) => {
  const elements = [...content.design[part]];
  const [one] = elements.splice(index, 1);
  if (one) elements.splice(index + by, 0, one);
  return withPart(content, part, elements);
};

const forgetPictures = (content: LayoutContent): LayoutContent => {
  const shown = new Set<string>();
  for (const part of ["page", "front", "back"] as const) {
    for (const one of content.design[part]) if (one.kind === "picture") shown.add(one.picture);
  }
  const pictures = Object.entries(content.pictures).filter(([name]) => shown.has(name));
  return { ...content, pictures: Object.fromEntries(pictures) };
};

/** Where something new may stand: inside the room, as large as it usually is. */
const boxIn = (room: { width_mm: number; height_mm: number }, width: number, height: number): LayoutBox => {
  const width_mm = Math.min(width, Math.max(room.width_mm - 4, 2));
  const height_mm = Math.min(height, Math.max(room.height_mm - 4, 2));
  const x_mm = round(Math.max((room.width_mm - width_mm) / 2, 0));
  const y_mm = round(Math.max((room.height_mm - height_mm) / 2, 0));
  return { x_mm, y_mm, width_mm: round(width_mm), height_mm: round(height_mm) };
};

export const newText = (text: string): LayoutItem => ({
  kind: "text",
  text,
  size_pt: [6, 9],
  lines: 2,
  flow: "line",
  gap_pt: 0,
  leading: 1.18,
  ink: "#000000",
  keep: "shrinks",
});

/** The room of a part: a label, or the sheet. */
export const roomOf = ({ stock }: LayoutContent, part: Part) => (part === "page" ? stock.sheet : stock.label);

const fresh = (
  content: LayoutContent,
  part: Part,
  kind: Exclude<Kind, "picture">,
  text: string,
): LayoutElement => {
  const room = roomOf(content, part);
  switch (kind) {
    case "code":
      return { kind, box: boxIn(room, 25, 25), ink: "#000000" };
    case "bar":
      return { kind, box: boxIn(room, 40, 0.3), ink: "#464646" };
    case "frame":
      return { kind, box: boxIn(room, 40, 20), ink: "#464646" };
    case "texts":
      return { kind, box: boxIn(room, 30, 8), align: "left", stand: "top", items: [newText(text)] };
  }
};

const append = (content: LayoutContent, part: Part, one: LayoutElement): [LayoutContent, At] => [
  withPart(content, part, [...content.design[part], one]),
  { part, index: content.design[part].length },
];

export const addElement = (
  content: LayoutContent,
  part: Part,
  kind: Exclude<Kind, "picture">,
  text: string,
) => append(content, part, fresh(content, part, kind, text));

/** The first free name of a picture. */
const pictureName = (content: LayoutContent) => {
  for (let number = 1; ; number += 1) {
    const name = `picture-${number}`;
    if (!(name in content.pictures)) return name;
  }
};

export interface Picture {
  base64: string;
  width: number;
  height: number;
}

/** The picture in a box of its own ratio. */
export const addPicture = (content: LayoutContent, part: Part, picture: Picture): [LayoutContent, At] => {
  const name = pictureName(content);
  const scale = 18 / Math.max(picture.width, picture.height);
  const box = boxIn(roomOf(content, part), picture.width * scale, picture.height * scale);
  return append({ ...content, pictures: { ...content.pictures, [name]: picture.base64 } }, part, {
    kind: "picture",
    box,
    picture: name,
  });
};

/** Another picture in the same place. */
export const replacePicture = (content: LayoutContent, at: At, picture: Picture) => {
  const name = pictureName(content);
  const known = { ...content, pictures: { ...content.pictures, [name]: picture.base64 } };
  return forgetPictures(
    changeElement(known, at, (one) => (one.kind === "picture" ? { ...one, picture: name } : one)),
  );
};

/** The element once more, a little further down. */
export const duplicateElement = (content: LayoutContent, at: At): [LayoutContent, At] | null => {
  const one = elementAt(content, at);
  if (!one || one.kind === "code") return null;
  const box = { ...one.box, x_mm: round(one.box.x_mm + 2), y_mm: round(one.box.y_mm + 2) };
  return append(content, at.part, { ...one, box });
};

/** Every colour that stands in the layout, each once. */
export const colours = (content: LayoutContent): string[] => {
  const found = new Set<string>();
  for (const part of ["page", "front", "back"] as const) {
    for (const one of content.design[part]) {
      if (one.kind === "bar" || one.kind === "frame") found.add(one.ink.toUpperCase());
      if (one.kind !== "texts") continue;
      for (const item of one.items) if (item.kind !== "space") found.add(item.ink.toUpperCase());
    }
  }
  return [...found].sort();
};

/** The element that a finding is about: `design.front[2].items[0].text`. */
export const placeOf = (place: string): At | null => {
  const found = /^design\.(front|back|page)\[(\d+)\]/.exec(place);
  return found ? { part: found[1] as Part, index: Number(found[2]) } : null;
};

/** The text that a finding is about, within its element. */
export const itemOf = (place: string): number | null => {
  const found = /\.items\[(\d+)\]/.exec(place);
  return found ? Number(found[1]) : null;
};
