import { makeClient } from "@/generated/client";
import type { Host } from "./host";

export type { FileKind, Host } from "./host";

/** The host that this page runs in; the other one is never loaded. */
export const host: Host =
  "__TAURI_INTERNALS__" in window ? (await import("./tauri")).tauriHost : (await import("./http")).httpHost;

/** Every call to the app. */
export const client = makeClient(host.call);
