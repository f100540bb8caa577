import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open, save } from "@tauri-apps/plugin-dialog";
import type { Event } from "@/generated/types";
import type { FileKind, Host } from "./host";

declare global {
  interface Window {
    /** The file that the program was opened with; left by the shell, taken once. */
    mingceFile?: string;
  }
}

const filters = (kinds: FileKind[]) => kinds.map((kind) => ({ name: kind.name, extensions: kind.endings }));

/** The desktop window: one command, one channel. */
export const tauriHost: Host = {
  call: (name, args) => invoke("call", { request: { name, args } }),
  listen: (hear) => {
    const path = window.mingceFile;
    if (path !== undefined) {
      delete window.mingceFile;
      hear({ event: "file_dropped", path });
    }
    const stops = [
      listen<Event>("mingce", ({ payload }) => hear(payload)),
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        const [path, ...others] = payload.type === "drop" ? payload.paths : [];
        if (path !== undefined) hear({ event: "file_dropped", path, others });
      }),
    ];
    return () => {
      for (const stop of stops) void stop.then((unlisten) => unlisten());
    };
  },
  pickFile: (title, kinds) => open({ title, filters: filters(kinds), multiple: false, directory: false }),
  pickFolder: (title) => open({ title, multiple: false, directory: true }),
  pickSavePath: (title, proposal, kinds) => save({ title, defaultPath: proposal, filters: filters(kinds) }),
};
