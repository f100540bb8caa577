import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { client } from "@/host";
import { startWords } from "@/words";
import { App } from "./App";
import "@/theme/tokens.css";
import "@/theme/page.css";

const language = await client.preferences().then(
  (preferences) => preferences.language,
  () => "system",
);
await startWords(language);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
