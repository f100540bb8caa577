import { ConfigProvider } from "antd";
import type { ReactNode } from "react";
import { useSight } from "./sight";

/** What changes the roster: out of use for an account that may not, which the header of the window says. */
export const Changes = ({
  of = "roster",
  children,
}: {
  of?: "roster" | "invitations";
  children: ReactNode;
}) => {
  const { onlyReads, onlyPrints } = useSight();
  const isOut = onlyReads && !(onlyPrints && of === "invitations");
  return (
    <fieldset className="changes" disabled={isOut}>
      <ConfigProvider componentDisabled={isOut}>{children}</ConfigProvider>
    </fieldset>
  );
};
