import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { MissingGlyph, SheetRun } from "@/generated/types";

/** What one should know of a run before it is on paper. */
export const Notices = ({
  run,
  onLeaveOut,
}: {
  run: SheetRun;
  /** Those whose names no font here draws are not printed. */
  onLeaveOut: (people: MissingGlyph[]) => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      {run.is_loopback && (
        <Alert
          type="warning"
          showIcon
          title={t("invitations.sheet.loopback")}
          description={
            <Button size="small" onClick={() => void navigate("/settings")}>
              {t("invitations.sheet.openSettings")}
            </Button>
          }
        />
      )}
      {run.not_synced > 0 && (
        <Alert type="warning" showIcon title={t("invitations.sheet.notSynced", { count: run.not_synced })} />
      )}
      {run.left > 0 && (
        <Alert type="info" showIcon title={t("invitations.sheet.left", { count: run.left })} />
      )}
      {run.uncheckable > 0 && (
        <Alert type="warning" showIcon title={t("invitations.uncheckable", { count: run.uncheckable })} />
      )}
      {run.elsewhere > 0 && (
        <Alert type="info" showIcon title={t("invitations.sheet.elsewhere", { count: run.elsewhere })} />
      )}
      {run.small_codes > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("invitations.sheet.smallCodes", { count: run.small_codes })}
        />
      )}
      {run.missing_glyphs.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("invitations.sheet.missing")}
          description={
            <>
              <p>{run.missing_glyphs.map((one) => `${one.member_name}（${one.characters}）`).join("、")}</p>
              <p className="quiet">{t("invitations.sheet.missingHint")}</p>
              <Button size="small" onClick={() => onLeaveOut(run.missing_glyphs)}>
                {t("invitations.sheet.leaveMissing", { count: run.missing_glyphs.length })}
              </Button>
            </>
          }
        />
      )}
    </>
  );
};
