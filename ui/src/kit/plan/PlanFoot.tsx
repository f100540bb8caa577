import { Button, Progress } from "antd";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import "./plan.css";

/** The foot of a plan that is looked at before it is applied: back, how far the applying is, and doing it. */
export const PlanFoot = ({
  label,
  isApplying,
  canApply,
  progress,
  applying,
  stop,
  onBack,
  onStop,
  onApply,
  ref,
}: {
  /** Says what applying does. */
  label: string;
  isApplying: boolean;
  canApply: boolean;
  progress: { done: number; total: number } | undefined;
  /** Says what is under way. */
  applying: string;
  /** Absent: it cannot be stopped. */
  stop?: string;
  onBack: () => void;
  onStop?: () => void;
  onApply: () => void;
  /** Of the button that applies. */
  ref?: Ref<HTMLButtonElement>;
}) => {
  const { t } = useTranslation();
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  return (
    <footer className="page-foot">
      <Button onClick={onBack} disabled={isApplying}>
        {t("shell.common.back")}
      </Button>
      {isApplying && (
        <Progress
          percent={Math.min(99, Math.round(share * 100))}
          size="small"
          className="plan-progress"
          aria-label={applying}
        />
      )}
      {isApplying && onStop && <Button onClick={onStop}>{stop}</Button>}
      <Button type="primary" {...(ref ? { ref } : {})} onClick={onApply} disabled={isApplying || !canApply}>
        {label}
      </Button>
    </footer>
  );
};
