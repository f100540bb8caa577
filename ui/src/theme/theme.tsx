import { theme as antdTheme, ConfigProvider, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

export type ThemeChoice = "system" | "light" | "dark";

const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");
const onSystemChange = (hear: () => void) => {
  darkQuery.addEventListener("change", hear);
  return () => darkQuery.removeEventListener("change", hear);
};

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** antd drawn with our own tokens, so that its widgets and ours are one. */
const antdConfig = (isDark: boolean): ThemeConfig => ({
  algorithm: isDark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
  token: {
    colorPrimary: token("--accent"),
    colorPrimaryHover: token("--accent-hover"),
    colorPrimaryActive: token("--accent-hover"),
    colorLink: token("--accent"),
    colorInfo: token("--accent"),
    colorInfoBg: token("--surface-hover"),
    colorInfoBorder: token("--accent"),
    colorText: token("--text"),
    colorTextSecondary: token("--text-quiet"),
    colorTextPlaceholder: token("--text-quiet"),
    colorTextDescription: token("--text-quiet"),
    colorBgBase: token("--surface"),
    colorBgContainer: token("--surface"),
    colorBgElevated: token("--surface-raised"),
    colorBorder: token("--line-strong"),
    colorBorderSecondary: token("--line"),
    colorError: token("--danger"),
    colorErrorBg: token("--danger-surface"),
    colorErrorBorder: token("--danger"),
    colorWarning: token("--warning"),
    colorWarningBg: token("--warning-surface"),
    colorWarningBorder: token("--warning"),
    colorSuccess: token("--success"),
    colorSuccessBg: token("--success-surface"),
    colorSuccessBorder: token("--success"),
    colorTextLightSolid: token("--on-accent"),
    fontFamily: token("--font"),
    fontSize: 13,
    fontSizeSM: 12,
    borderRadius: 6,
    controlHeight: 32,
    controlHeightSM: 26,
    // A dialog that is still moving takes the keyboard late when it opens, and once more after it was closed.
    motion: false,
    motionDurationFast: "0.05s",
    motionDurationMid: "0.08s",
    motionDurationSlow: "0.1s",
    wireframe: false,
  },
});

/** Puts the chosen theme on the page and gives antd the same tokens. */
export const ThemeProvider = ({ choice, children }: { choice: ThemeChoice; children: ReactNode }) => {
  const { i18n } = useTranslation();
  const isSystemDark = useSyncExternalStore(onSystemChange, () => darkQuery.matches);
  const isDark = choice === "dark" || (choice === "system" && isSystemDark);
  // Before the first paint of this choice, so that the tokens read below are the right ones.
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  const config = useMemo(() => antdConfig(isDark), [isDark]);
  useEffect(() => {
    document.documentElement.lang = i18n.language.startsWith("zh") ? "zh-CN" : "en";
  }, [i18n.language]);
  return (
    <ConfigProvider
      theme={config}
      locale={i18n.language.startsWith("zh") ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      {children}
    </ConfigProvider>
  );
};
