import { Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { explain, toFailure } from "@/failure";
import type { ServicePlace } from "@/generated/types";

export interface ServiceValues {
  where: "this_computer" | "remote";
  url?: string;
}

export const placeOf = ({ where, url }: ServiceValues): ServicePlace =>
  where === "remote" ? { where, url: (url ?? "").trim().replace(/\/+$/, "") } : { where };

/** The rule that a field is filled in, in words that name it. */
export const useRequired = () => {
  const { t } = useTranslation();
  return (field: "organisationName" | "adminName" | "phone" | "password") => ({
    required: true,
    whitespace: true,
    message: t("start.required", { field: t(`start.${field}`) }),
  });
};

/** What went wrong. Nobody can go on offline before there is a roster here: the address is to be looked at. */
export const useExplainHere = () => {
  const { t, i18n } = useTranslation();
  return (thrown: unknown) => {
    const { what, step, code } = explain(thrown, i18n.language);
    return { what, step: code === "offline" ? t("start.offlineStep") : step };
  };
};

/** The code of a second factor; asked for once the service wanted one. */
export const CodeItem = () => {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="code"
      label={t("start.code")}
      extra={t("start.codeHint")}
      rules={[{ required: true, whitespace: true, message: t("start.required", { field: t("start.code") }) }]}
    >
      <Input autoFocus autoComplete="one-time-code" maxLength={24} />
    </Form.Item>
  );
};

/** Whether the failure asks for the code of a second factor. */
export const asksForCode = (thrown: unknown) =>
  ["code_needed", "code_wrong"].includes(toFailure(thrown).code);

export const PhoneItem = () => {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="phone"
      label={t("start.phone")}
      rules={[
        { required: true, pattern: /^\s*(\+?[\d\s-]{7,20}|[０-９]{11})\s*$/, message: t("start.phoneWrong") },
      ]}
    >
      <Input inputMode="tel" autoComplete="tel" maxLength={24} />
    </Form.Item>
  );
};

/** Where the service runs: in this program, or at an address. */
export const ServiceItems = () => {
  const { t } = useTranslation();
  const where = Form.useWatch("where");
  return (
    <>
      <Form.Item name="where" label={t("start.where")}>
        <Radio.Group className="start-places">
          <Radio value="this_computer">
            <strong>{t("start.thisComputer")}</strong>
            <small>{t("start.thisComputerHint")}</small>
          </Radio>
          <Radio value="remote">
            <strong>{t("start.remote")}</strong>
            <small>{t("start.remoteHint")}</small>
          </Radio>
        </Radio.Group>
      </Form.Item>
      {where === "remote" && (
        <Form.Item
          name="url"
          label={t("start.serviceUrl")}
          rules={[{ required: true, pattern: /^\s*https?:\/\/\S+$/, message: t("start.serviceUrlWrong") }]}
        >
          <Input inputMode="url" placeholder={t("start.serviceUrlHint")} />
        </Form.Item>
      )}
    </>
  );
};
