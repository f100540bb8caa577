/** Draws a part of the page with what the app puts around it: words, queries, messages, routes. */

import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import i18next from "i18next";
import type { ReactElement } from "react";
import { type InitialEntry, MemoryRouter } from "react-router";
import { queryClient } from "@/session/queries";
import { startWords } from "@/words";

export const renderPart = async (
  part: ReactElement,
  language: "zh" | "en" = "zh",
  at: InitialEntry = "/",
) => {
  queryClient.clear();
  if (i18next.isInitialized) await i18next.changeLanguage(language);
  else await startWords(language);
  return render(
    <QueryClientProvider client={queryClient}>
      <ConfigProvider button={{ autoInsertSpace: false }}>
        <App>
          <MemoryRouter initialEntries={[at]}>{part}</MemoryRouter>
        </App>
      </ConfigProvider>
    </QueryClientProvider>,
  );
};
