import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { App as AntdApp } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { HashRouter } from "react-router";
import { explain } from "@/failure";
import { client } from "@/host";
import { usePreferences } from "@/session/preferences";
import { keys, listenToApp, queryClient } from "@/session/queries";
import { Shell } from "@/shell/Shell";
import { type ThemeChoice, ThemeProvider } from "@/theme/theme";

const Start = lazy(() => import("@/features/start"));
const Locked = lazy(() => import("@/features/start/Locked"));

const Root = () => {
  const { preferences } = usePreferences();
  const { i18n } = useTranslation();
  const {
    data: state,
    error,
    refetch,
  } = useQuery({ queryKey: keys.state, queryFn: () => client.appState() });
  useEffect(listenToApp, []);
  if (error) {
    const { what, step } = explain(error, i18n.language);
    return (
      <main role="alert" style={{ padding: 48 }}>
        <h1>{what}</h1>
        <p>{step}</p>
      </main>
    );
  }
  if (!state || !preferences) return null;
  return (
    <ThemeProvider choice={preferences.theme as ThemeChoice}>
      <AntdApp message={{ maxCount: 3 }} style={{ height: "100%" }}>
        {state.profile && state.is_locked ? (
          <Suspense fallback={null}>
            <Locked profile={state.profile} />
          </Suspense>
        ) : state.profile ? (
          <HashRouter>
            <Shell profile={state.profile} />
          </HashRouter>
        ) : (
          <Suspense fallback={null}>
            <Start profiles={state.profiles} onOpen={() => void refetch()} />
          </Suspense>
        )}
      </AntdApp>
    </ThemeProvider>
  );
};

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <Root />
  </QueryClientProvider>
);
