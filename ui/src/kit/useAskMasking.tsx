import { App, Radio, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { Masking } from "@/generated/types";
import { Keyboard } from "./Dialog";

/** Asks before an export whether numbers leave masked or whole; null when the person thought better of it. */
export const useAskMasking = ({ mayReveal }: { mayReveal: boolean }) => {
  const { modal } = App.useApp();
  const { t } = useTranslation();
  return () =>
    new Promise<Masking | null>((resolve) => {
      let chosen: Masking = "masked";
      modal.confirm({
        title: t("masking.export.title"),
        icon: null,
        autoFocusButton: null,
        content: (
          <>
            <Keyboard />
            <Radio.Group
              aria-label={t("masking.export.title")}
              defaultValue={chosen}
              onChange={(event) => {
                chosen = event.target.value;
              }}
            >
              <Space orientation="vertical">
                <Radio value="masked">{t("masking.export.masked")}</Radio>
                <Radio value="full" disabled={!mayReveal}>
                  {t("masking.export.full")}
                </Radio>
              </Space>
            </Radio.Group>
            <p className="quiet">{t(mayReveal ? "masking.export.note" : "masking.mayNot")}</p>
          </>
        ),
        okText: t("masking.export.confirm"),
        cancelText: t("shell.common.cancel"),
        onOk: () => resolve(chosen),
        onCancel: () => resolve(null),
      });
    });
};
