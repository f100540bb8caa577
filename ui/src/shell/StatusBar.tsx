import {
  CheckCircleFilled,
  CloseCircleFilled,
  CloudUploadOutlined,
  DisconnectOutlined,
  LoadingOutlined,
  WarningFilled,
  WifiOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Mark } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { useSession } from "@/session/store";
import "./status-bar.css";

/** How syncing stands and what needs a person; each part opens the rows behind it. */
export const StatusBar = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { act } = useAct();
  const { data: status } = useQuery({ queryKey: keys.sync, queryFn: () => client.syncStatus() });
  const { data: service } = useQuery({ queryKey: keys.service, queryFn: () => client.embeddedService() });
  const selection = useSession((now) => now.selection);
  const total = useSession((now) => now.total);

  const show = (mark: Mark) => {
    useSession.setState({ mark });
    void navigate("/roster");
  };

  const synced = () => {
    if (!status?.synced_at) return t("shell.status.neverSynced");
    const at = dayjs(status.synced_at);
    return t("shell.status.synced", { time: at.format(at.isSame(dayjs(), "day") ? "HH:mm" : "MM-DD HH:mm") });
  };

  const phases = {
    idle: { icon: <CheckCircleFilled aria-hidden="true" />, text: synced(), tone: "success" },
    syncing: { icon: <LoadingOutlined aria-hidden="true" />, text: t("shell.status.syncing"), tone: "plain" },
    offline: {
      icon: <DisconnectOutlined aria-hidden="true" />,
      text: t("shell.status.offline"),
      tone: "plain",
    },
    sign_in_needed: {
      icon: <WarningFilled aria-hidden="true" />,
      text: t("shell.status.signInNeeded"),
      tone: "warning",
    },
    upgrade_needed: {
      icon: <WarningFilled aria-hidden="true" />,
      text: t("shell.status.upgradeNeeded"),
      tone: "warning",
    },
  } as const;
  const phase = phases[status?.phase ?? "idle"];
  const onPhase =
    status?.phase === "sign_in_needed" ? () => navigate("/settings") : () => act(() => client.syncNow());

  return (
    <footer className="status-bar">
      <button type="button" data-tone={phase.tone} onClick={onPhase} title={t("shell.status.syncNow")}>
        {phase.icon}
        <span role="status">{phase.text}</span>
      </button>
      {status && status.phase === "offline" && status.synced_at !== null && (
        <span className="status-quiet">{synced()}</span>
      )}
      {status && status.waiting > 0 && (
        <button type="button" data-tone="plain" onClick={() => show("pending")}>
          <CloudUploadOutlined aria-hidden="true" />
          {t("shell.status.waiting", { count: status.waiting })}
        </button>
      )}
      {status && status.conflicts > 0 && (
        <button type="button" data-tone="warning" onClick={() => navigate("/attention")}>
          <WarningFilled aria-hidden="true" />
          {t("shell.status.conflicts", { count: status.conflicts })}
        </button>
      )}
      {status && status.refused > 0 && (
        <button type="button" data-tone="danger" onClick={() => navigate("/attention?tab=refusals")}>
          <CloseCircleFilled aria-hidden="true" />
          {t("shell.status.refused", { count: status.refused })}
        </button>
      )}
      {service?.is_on_network && (
        <button type="button" data-tone="plain" onClick={() => navigate("/settings")}>
          <WifiOutlined aria-hidden="true" />
          {t("shell.status.sharing")}
        </button>
      )}
      <span className="status-space" />
      {selection && selection.cells > 1 && (
        <span className="status-quiet">
          {t(selection.ranges > 1 ? "shell.status.selectedRanges" : "shell.status.selected", {
            ...selection,
          })}
        </span>
      )}
      {total !== null && <span className="status-quiet">{t("shell.status.total", { count: total })}</span>}
    </footer>
  );
};
