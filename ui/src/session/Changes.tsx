import { ConfigProvider } from "antd";
import type { ReactNode } from "react";
import { useSight } from "./sight";

/** What changes the roster: out of use for an account that may only look, which the header of the window says. */
export const Changes = ({ children }: { children: ReactNode }) => {
  const { onlyReads } = useSight();
  return (
    <fieldset className="changes" disabled={onlyReads}>
      <ConfigProvider componentDisabled={onlyReads}>{children}</ConfigProvider>
    </fieldset>
  );
};
