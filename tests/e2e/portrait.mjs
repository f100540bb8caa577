/** Pictures of people who do not exist, as PNG files. */

import { deflateSync } from "node:zlib";

/** CRC-32 as PNG wants it. */
const crc = (data) => {
  let value = ~0;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
};

const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
};

/** Somebody before a wall: a head of the colour, shoulders, a plain ground. */
export const portrait = (colour, width = 600, height = 800) => {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [(x - width / 2) / width, (y - height * 0.4) / height];
      const isHead = (dx / 0.19) ** 2 + (dy / 0.19) ** 2 < 1;
      const isShoulder = y > height * 0.62 && (dx / 0.4) ** 2 + ((y - height) / height / 0.38) ** 2 < 1;
      const part = isHead ? colour : isShoulder ? [60, 70, 100] : [214, 226, 238];
      rows.set(part, y * (width * 3 + 1) + 1 + x * 3);
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    start,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
};
