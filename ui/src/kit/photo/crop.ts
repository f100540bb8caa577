/** Which part of a picture becomes the photo, in parts of the picture's width and height. Pure. */

import type { PhotoCrop } from "@/generated/types";

export interface Picture {
  width: number;
  height: number;
  /** Width by height of the photo. */
  ratio: number;
}

/** The smallest part that the slider goes down to. */
const LEAST = 0.05;

/** The height of the part, as a part of the picture's height. */
export const heightOf = (crop: PhotoCrop, { width, height, ratio }: Picture): number =>
  (crop.width * width) / ratio / height;

/** The largest width that still fits. */
export const widest = ({ width, height, ratio }: Picture): number => Math.min(1, (height * ratio) / width);

export const narrowest = (picture: Picture): number => Math.min(LEAST, widest(picture));

const between = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** The same part inside the picture. */
export const inside = (crop: PhotoCrop, picture: Picture): PhotoCrop => {
  const width = between(crop.width, narrowest(picture), widest(picture));
  const height = heightOf({ ...crop, width }, picture);
  return { width, x: between(crop.x, 0, 1 - width), y: between(crop.y, 0, Math.max(0, 1 - height)) };
};

export const moved = (crop: PhotoCrop, right: number, down: number, picture: Picture): PhotoCrop =>
  inside({ ...crop, x: crop.x + right, y: crop.y + down }, picture);

/** Another size around the same middle. */
export const resized = (crop: PhotoCrop, width: number, picture: Picture): PhotoCrop => {
  const wanted = between(width, narrowest(picture), widest(picture));
  const before = heightOf(crop, picture);
  const after = heightOf({ ...crop, width: wanted }, picture);
  return inside(
    { width: wanted, x: crop.x + (crop.width - wanted) / 2, y: crop.y + (before - after) / 2 },
    picture,
  );
};
