import { Alert, App, Button } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { MadeLink } from "@/generated/types";
import { Dialog } from "@/kit/Dialog";

/** A link that was made just now, to scan or to send: it is told once. */
export const LinkDialog = ({
  made,
  name,
  purpose,
  onClose,
}: {
  made: MadeLink;
  name: string;
  purpose: "invite" | "reset";
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(made.link);
    void message.success(t("administrators.link.copied"), 2);
  };
  return (
    <Dialog
      open
      onCancel={onClose}
      title={t(`administrators.link.${purpose}`, { name })}
      width={420}
      footer={
        <>
          <Button onClick={() => void copy()}>{t("administrators.link.copy")}</Button>
          <Button type="primary" onClick={onClose}>
            {t("administrators.link.done")}
          </Button>
        </>
      }
    >
      <p>{t("administrators.link.note", { time: dayjs(made.ends_at).format("YYYY-MM-DD HH:mm") })}</p>
      {made.is_here_only && <Alert type="warning" showIcon title={t("administrators.link.hereOnly")} />}
      <img
        className="settings-code"
        alt={t("administrators.link.code")}
        src={`data:image/svg+xml;utf8,${encodeURIComponent(made.svg)}`}
      />
      <code className="settings-link">{made.link}</code>
    </Dialog>
  );
};
