import { QueryClient } from "@tanstack/react-query";
import type { Event } from "@/generated/types";
import { client, host } from "@/host";
import { photosArrived } from "./photos";
import { useSession } from "./store";

export const queryClient = new QueryClient({
  defaultOptions: {
    // The app tells when something changed; nothing is asked again just because time passed.
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});

/** Keys of everything that is asked of the app. */
export const keys = {
  state: ["state"] as const,
  preferences: ["preferences"] as const,
  departments: ["departments"] as const,
  undoState: ["undoState"] as const,
  sync: ["sync"] as const,
  conflicts: ["conflicts"] as const,
  refusals: ["refusals"] as const,
  invitations: ["invitations"] as const,
  customFields: ["customFields"] as const,
  tags: ["tags"] as const,
  apart: ["apart"] as const,
  member: (id: string) => ["member", id] as const,
  service: ["service"] as const,
  devices: ["devices"] as const,
  administrators: ["administrators"] as const,
  secondFactor: ["secondFactor"] as const,
  doctor: ["doctor"] as const,
  history: ["history"] as const,
  sight: ["sight"] as const,
  layouts: ["layouts"] as const,
  printers: ["printers"] as const,
  runs: ["runs"] as const,
};

const forget = (...stale: (readonly unknown[])[]) => {
  for (const queryKey of stale) void queryClient.invalidateQueries({ queryKey });
};

/** Takes what the app tells; an older answer that is still on its way must not follow it. */
const take = (queryKey: readonly unknown[], told: unknown) => {
  queryClient.setQueryData(queryKey, told);
  if (queryClient.isFetching({ queryKey }) > 0) forget(queryKey);
};

/** What is on the screen was read under another sight. */
export const seeAnew = () => {
  useSession.setState((now) => ({ sight: now.sight + 1 }));
  forget(keys.sight, ["member"], keys.conflicts, keys.refusals, keys.history);
};

/** Pictures, and folders, which have no ending. */
const isPictures = (path: string) => {
  const name = path.split(/[\\/]/).pop() ?? "";
  return !name.includes(".") || /\.(jpe?g|jfif|png|webp|hei[cf]|avif|bmp|gif|tiff?)$/i.test(name);
};

const takeDropped = (paths: string[]) => {
  if (paths.every(isPictures)) useSession.setState({ droppedPictures: paths });
  else useSession.setState({ droppedPath: paths[0] ?? null });
};

const hear = (event: Event) => {
  switch (event.event) {
    case "changed": {
      useSession.setState({ version: event.version });
      forget(keys.undoState, ["member"], keys.history);
      if (["department", "member", "affiliation"].some((kind) => event.kinds.includes(kind))) {
        forget(keys.departments, ["department"]);
      }
      if (event.kinds.includes("custom_field")) forget(keys.customFields);
      if (event.kinds.includes("layout")) forget(keys.layouts);
      if (event.kinds.includes("tag") || event.kinds.includes("tagging")) forget(keys.tags);
      // The names of the two are told with it.
      if (event.kinds.includes("distinction") || event.kinds.includes("member")) forget(keys.apart);
      if (event.kinds.includes("conflict")) forget(keys.conflicts);
      if (event.kinds.includes("invitation") || event.kinds.includes("member")) forget(keys.invitations);
      // Marks of a printed run may have been taken back.
      if (event.kinds.includes("invitation")) forget(keys.runs);
      forget(keys.refusals);
      break;
    }
    case "sync":
      take(keys.sync, event.status);
      // The app has locked the roster, or nobody has signed in yet.
      if (event.status.phase === "sign_in_needed") forget(keys.state);
      break;
    case "service":
      take(keys.service, event.service);
      break;
    case "progress":
      useSession.setState((now) => ({
        progress: { ...now.progress, [event.job]: { done: event.done, total: event.total } },
      }));
      break;
    case "rights":
      seeAnew();
      break;
    case "file_dropped":
      takeDropped([event.path, ...(event.others ?? [])]);
      break;
    case "photos":
      photosArrived(event.hashes);
      break;
  }
};

/** Begins to listen to the app; answers how to stop. */
export const listenToApp = () => host.listen(hear);

export { client };
