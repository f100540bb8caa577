/** Small forms of photos, asked of the app many at a time and kept while the window lives. */

import { useEffect } from "react";
import { create } from "zustand";
import { client } from "@/host";

interface Photos {
  /** `data:` address by hash; null while the photo is not on this computer. */
  small: ReadonlyMap<string, string | null>;
  /** Rises whenever some came. */
  count: number;
}

export const usePhotos = create<Photos>(() => ({ small: new Map(), count: 0 }));

/** What is on the screen is asked for together. */
const GATHER_MS = 30;
const AT_ONCE = 100;
/** About 3 KB each. */
const KEPT = 3_000;

const wanted = new Set<string>();
let isGathering = false;

const ask = async () => {
  isGathering = false;
  const hashes = [...wanted].slice(-AT_ONCE);
  for (const hash of hashes) wanted.delete(hash);
  if (wanted.size > 0) gather();
  try {
    const photos = await client.thumbnails({ hashes });
    const small = new Map(usePhotos.getState().small);
    for (const { hash, data } of photos) {
      small.delete(hash);
      small.set(hash, data);
    }
    for (const hash of small.keys()) {
      if (small.size <= KEPT) break;
      small.delete(hash);
    }
    usePhotos.setState(({ count }) => ({ small, count: count + 1 }));
  } catch {
    // They are asked for again when they are next looked at.
  }
};

const gather = () => {
  if (isGathering) return;
  isGathering = true;
  setTimeout(() => void ask(), GATHER_MS);
};

/** The photo's address; null while it is not here, and undefined while nobody has asked yet, which this does. */
export const smallPhoto = (hash: string): string | null | undefined => {
  const known = usePhotos.getState().small.get(hash);
  if (known === undefined && hash !== "") {
    wanted.add(hash);
    gather();
  }
  return known;
};

/** Photos that were not here are here now. */
export const photosArrived = (hashes: readonly string[]) => {
  const { small } = usePhotos.getState();
  const known = hashes.filter((hash) => small.has(hash));
  if (known.length === 0) return;
  for (const hash of known) wanted.add(hash);
  gather();
};

/** Another roster was opened: its photos are others. */
export const forgetPhotos = () => usePhotos.setState({ small: new Map() });

export const useSmallPhoto = (hash: string): string | null => {
  const known = usePhotos((now) => now.small.get(hash));
  useEffect(() => {
    if (known === undefined) smallPhoto(hash);
  }, [known, hash]);
  return known ?? null;
};
