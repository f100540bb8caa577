import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { written } from "@/shell/keys";
import "./kit.css";

export interface ToolButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "title"> {
  label: string;
  icon?: ReactNode;
  /** As `written` takes it: `Mod+Z`. */
  shortcut?: string;
  look?: "plain" | "primary" | "outlined" | "danger";
  /** Absent: the label is shown only to screen readers and as the title. */
  shows?: "label" | "label-when-wide";
  /** How many of what the button opens are in force. */
  count?: number;
  ref?: Ref<HTMLButtonElement>;
}

/** A button of a toolbar; its shortcut is always told. */
export const ToolButton = ({
  label,
  icon,
  shortcut,
  look = "plain",
  shows,
  count = 0,
  className = "",
  ...rest
}: ToolButtonProps) => (
  <button
    type="button"
    className={`tool is-${look} ${count > 0 ? "is-active" : ""} ${className}`}
    aria-label={count > 0 ? `${label} ${count}` : label}
    title={shortcut === undefined ? label : `${label}  ${written(shortcut)}`}
    {...rest}
  >
    {icon}
    {shows !== undefined && (
      <span className={shows === "label-when-wide" ? "when-wide" : undefined}>{label}</span>
    )}
    {count > 0 && <span className="tool-count">{count}</span>}
  </button>
);
