import type { Event } from "@/generated/types";
import type { Host } from "./host";

declare global {
  interface Window {
    /** Paths that the next file dialogs answer; set by browser tests, which have no dialogs. */
    mingcePaths?: string[];
  }
}

const pick = async (title: string, proposal: string): Promise<string | null> => {
  const prepared = window.mingcePaths?.shift();
  return prepared ?? window.prompt(title, proposal);
};

/** A browser on the loopback host, for development and tests. */
export const httpHost: Host = {
  call: async (name, args) => {
    const response = await fetch(`/call/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    const answer = await response.json();
    if (!response.ok) throw answer;
    return answer;
  },
  listen: (hear) => {
    const source = new EventSource("/events");
    source.onmessage = (message) => hear(JSON.parse(message.data) as Event);
    return () => source.close();
  },
  pickFile: (title) => pick(title, ""),
  pickFolder: (title) => pick(title, ""),
  pickSavePath: (title, proposal) => pick(title, proposal),
};
