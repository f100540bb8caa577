import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { LayoutContent, LayoutDrawing, LayoutFinding } from "@/generated/types";
import { type At, elementAt, placeOf } from "./content";
import { elementName, findingWords } from "./names";

/** What is wrong with the layout, each with what to do about it and a way to where it is. */
export const Findings = ({
  content,
  drawing,
  onGo,
}: {
  content: LayoutContent;
  drawing: LayoutDrawing | null;
  onGo: (finding: LayoutFinding, at: At | null) => void;
}) => {
  const { t } = useTranslation();
  const about = (finding: LayoutFinding) => {
    const at = placeOf(finding.place);
    const one = at && elementAt(content, at);
    if (at && one) {
      const part = t(`layouts.designer.views.${at.part === "page" ? "sheet" : at.part}`);
      return t("layouts.designer.onPart", { part, what: elementName(t, one) });
    }
    const where = finding.place.startsWith("stock")
      ? "paper"
      : finding.place === "pictures"
        ? "pictures"
        : "whole";
    return t(`layouts.designer.places.${where}`);
  };
  const list = (findings: LayoutFinding[], tone: "danger" | "warning") => (
    <ul>
      {findings.map((finding, index) => {
        const at = placeOf(finding.place);
        const canGo = at !== null || finding.place.startsWith("stock");
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said twice of one place
          <li key={`${finding.place} ${finding.problem} ${index}`} data-tone={tone}>
            <span aria-hidden="true">
              {tone === "danger" ? <CloseCircleOutlined /> : <WarningOutlined />}
            </span>
            <span>
              <strong>{about(finding)}</strong>
              <br />
              {findingWords(t, finding)}
            </span>
            {canGo && (
              <button
                type="button"
                className="tool is-outlined"
                aria-label={t("layouts.designer.goToOf", { what: about(finding) })}
                onClick={() => onGo(finding, at)}
              >
                {t("layouts.designer.goTo")}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
  const { faults = [], advice = [] } = drawing ?? {};
  return (
    <section className="layouts-findings" aria-label={t("layouts.designer.findings")} aria-live="polite">
      <h2>{t("layouts.designer.findings")}</h2>
      {drawing !== null && faults.length === 0 && advice.length === 0 && (
        <p className="layouts-fine">
          <CheckCircleOutlined aria-hidden="true" /> {t("layouts.designer.fine")}
        </p>
      )}
      {faults.length > 0 && (
        <>
          <h3>{t("layouts.designer.faults")}</h3>
          {list(faults, "danger")}
        </>
      )}
      {advice.length > 0 && (
        <>
          <h3>{t("layouts.designer.advice")}</h3>
          {list(advice, "warning")}
        </>
      )}
    </section>
  );
};
