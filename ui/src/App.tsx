import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { App as AntdApp } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { HashRouter } from "react-router";
import { client } from "@/host";
import { usePreferences } from "@/session/preferences";
import { keys, listenToApp, queryClient } from "@/session/queries";
import { Shell } from "@/shell/Shell";
import { type ThemeChoice, ThemeProvider } from "@/theme/theme";

const Start = lazy(() => import("@/features/start"));

const Root = () => {
  const { preferences } = usePreferences();
  const { data: state, refetch } = useQuery({ queryKey: keys.state, queryFn: () => client.appState() });
  useEffect(listenToApp, []);
  if (!state || !preferences) return null;
  return (
    <ThemeProvider choice={preferences.theme as ThemeChoice}>
      <AntdApp message={{ maxCount: 3 }} style={{ height: "100%" }}>
        {state.profile ? (
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
