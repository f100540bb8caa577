import { EyeInvisibleOutlined, EyeOutlined, SearchOutlined } from "@ant-design/icons";
import { App, Spin } from "antd";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Route, Routes, useNavigate } from "react-router";
import type { ProfileSummary } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { forgetPhotos } from "@/session/photos";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { features, offered } from "./features";
import { JobBar } from "./JobBar";
import { isPressed, isTyping, written } from "./keys";
import { Palette } from "./Palette";
import { StatusBar } from "./StatusBar";
import "./shell.css";

const pages = features.map((feature) => ({ ...feature, Page: lazy(feature.load) }));

/** One picture is the photo of whoever is shown. */
const isForPanel = ({
  droppedPictures,
  takesPicture,
}: {
  droppedPictures: string[] | null;
  takesPicture: boolean;
}) => takesPicture && droppedPictures?.length === 1;

/** The window around the features: search, rail, page, status bar. */
export const Shell = ({ profile }: { profile: ProfileSummary }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { undo, redo } = useAct();
  const droppedPath = useSession((now) => now.droppedPath);
  const { onlyReads, onlyPrints, onlyDepartments } = useSight();

  // biome-ignore lint/correctness/useExhaustiveDependencies: photos of one roster are nothing to the next
  useEffect(() => forgetPhotos, [profile.id]);

  const areForPage = useSession((now) => now.droppedPictures !== null && !isForPanel(now));
  useEffect(() => {
    if (areForPage) void navigate("/photos");
  }, [areForPage, navigate]);

  useEffect(() => {
    if (droppedPath !== null) void navigate("/import");
  }, [droppedPath, navigate]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (isPressed(event, "Mod+K")) {
        event.preventDefault();
        useSession.setState((now) => ({ isPaletteOpen: !now.isPaletteOpen }));
      } else if (isPressed(event, "Mod+S")) {
        // A habit from spreadsheets; the web view would offer to save the page.
        event.preventDefault();
        void message.info({ key: "saved", content: t("shell.saved"), duration: 2 });
        return;
      }
      const feature = offered(profile.has_classes, onlyReads).find(({ shortcut }) =>
        isPressed(event, shortcut),
      );
      if (feature) {
        event.preventDefault();
        void navigate(feature.path);
      } else if (isTyping(event)) {
        return;
      } else if (isPressed(event, "Mod+Z")) {
        event.preventDefault();
        void undo();
      } else if (isPressed(event, "Mod+Y") || isPressed(event, "Mod+Shift+Z")) {
        event.preventDefault();
        void redo();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, undo, redo, message, t, profile.has_classes, onlyReads]);

  return (
    <div className="shell">
      <header className="shell-top">
        <strong className="shell-name" title={profile.organisation_name}>
          {profile.organisation_name}
        </strong>
        <button
          type="button"
          className="shell-search"
          onClick={() => useSession.setState({ isPaletteOpen: true })}
          aria-haspopup="dialog"
        >
          <SearchOutlined aria-hidden="true" />
          <span>{t("shell.search")}</span>
          <kbd>{written("Mod+K")}</kbd>
        </button>
        <span className="shell-end">
          {onlyReads && (
            <span
              className="tag"
              data-tone="warning"
              title={t(onlyPrints ? "masking.onlyPrintsNote" : "masking.onlyReadsNote")}
            >
              {t(onlyPrints ? "masking.onlyPrints" : "masking.onlyReads")}
            </span>
          )}
          {onlyDepartments && (
            <span className="tag" title={t("masking.onlyDepartmentsNote")}>
              {t("masking.onlyDepartments")}
            </span>
          )}
          <Sight />
          <span className="shell-account">{profile.account_name}</span>
        </span>
      </header>
      <nav className="shell-rail" aria-label={t("shell.nav")}>
        {offered(profile.has_classes, onlyReads)
          .filter(({ isAside }) => !isAside)
          .map(({ path, word, icon: Icon, shortcut }) => (
            <NavLink key={path} to={path} title={`${t(`shell.rail.${word}`)}  ${written(shortcut)}`}>
              <span aria-hidden="true">
                <Icon />
              </span>
              <span>{t(`shell.rail.${word}`)}</span>
            </NavLink>
          ))}
      </nav>
      <main className="shell-page">
        <Suspense fallback={<Waiting>{t("shell.common.loading")}</Waiting>}>
          <Routes>
            {pages.map(({ path, Page }) => (
              <Route key={path} path={`${path}/*`} element={<Page />} />
            ))}
            <Route path="*" element={<Navigate to={features[0]?.path ?? "/"} replace />} />
          </Routes>
        </Suspense>
      </main>
      <JobBar />
      <StatusBar />
      <Palette hasClasses={profile.has_classes} />
    </div>
  );
};

/** Says that numbers are shown whole, for as long as they are, and masks them again. */
const Sight = () => {
  const { t } = useTranslation();
  const { isFull, mayReveal, showAll, maskAgain } = useSight();
  return (
    <ToolButton
      label={t(!mayReveal ? "masking.mayNot" : isFull ? "masking.hide" : "masking.show")}
      disabled={!mayReveal}
      icon={isFull ? <EyeOutlined /> : <EyeInvisibleOutlined />}
      aria-pressed={isFull}
      className={isFull ? "is-active" : ""}
      onClick={() => (isFull ? void maskAgain() : showAll())}
    />
  );
};

const Waiting = ({ children }: { children: ReactNode }) => (
  <div className="shell-waiting">
    <Spin />
    <span role="status">{children}</span>
  </div>
);
