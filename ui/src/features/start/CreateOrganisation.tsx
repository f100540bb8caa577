import { ArrowLeftOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useEscape } from "@/kit/useEscape";
import {
  asksForCode,
  CodeItem,
  PhoneItem,
  placeOf,
  ServiceItems,
  type ServiceValues,
  useExplainHere,
  useRequired,
} from "./items";

interface Values extends ServiceValues {
  name: string;
  kind: string;
  adminName: string;
  phone: string;
  password: string;
  code?: string;
}

const KINDS = ["school", "company", "government", "institution", "partnership", "sole_trader"] as const;

/** Makes an organisation and its first administrator. */
export const CreateOrganisation = ({ onOpen, onBack }: { onOpen: () => void; onBack: () => void }) => {
  const { t } = useTranslation();
  const required = useRequired();
  const explainHere = useExplainHere();
  useEscape(onBack);
  const [isBusy, setBusy] = useState(false);
  // Both passwords are shown or hidden as one, so that Tab leads from one to the other, not to a button between.
  const [isShown, setShown] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [failure, setFailure] = useState<{ what: string; step: string } | null>(null);

  const submit = async (values: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      await client.createOrganisation({
        name: values.name.trim(),
        kind: values.kind,
        admin_name: values.adminName.trim(),
        phone: values.phone.trim(),
        password: values.password,
        service: placeOf(values),
        ...(values.code ? { code: values.code.trim() } : {}),
      });
      onOpen();
    } catch (thrown) {
      if (asksForCode(thrown)) setNeedsCode(true);
      setFailure(explainHere(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="start-card">
      <Button type="text" icon={<ArrowLeftOutlined />} onClick={onBack} className="start-back">
        {t("shell.common.back")}
      </Button>
      <h1>{t("start.create")}</h1>
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "school", where: "this_computer" }}
        onFinish={submit}
        disabled={isBusy}
        validateTrigger="onBlur"
        scrollToFirstError={{ focus: true }}
      >
        <div className="start-pair start-pair-wide">
          <Form.Item name="name" label={t("start.organisationName")} rules={[required("organisationName")]}>
            <Input autoFocus maxLength={100} placeholder={t("start.organisationNameHint")} />
          </Form.Item>
          <Form.Item name="kind" label={t("start.organisationKind")}>
            <Select
              options={KINDS.map((kind) => ({ value: kind, label: t(`choices.organisation_kind.${kind}`) }))}
            />
          </Form.Item>
        </div>
        <div className="start-pair">
          <Form.Item name="adminName" label={t("start.adminName")} rules={[required("adminName")]}>
            <Input maxLength={50} autoComplete="name" />
          </Form.Item>
          <PhoneItem />
        </div>
        <div className="start-pair">
          <Form.Item
            name="password"
            label={t("start.password")}
            extra={t("start.passwordHint")}
            rules={[{ required: true, min: 8, message: t("start.passwordShort") }]}
          >
            <Input.Password
              maxLength={128}
              autoComplete="new-password"
              visibilityToggle={{ visible: isShown, onVisibleChange: setShown, tabIndex: -1 }}
            />
          </Form.Item>
          <Form.Item
            name="repeat"
            label={t("start.passwordRepeat")}
            dependencies={["password"]}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value) =>
                  value === getFieldValue("password")
                    ? Promise.resolve()
                    : Promise.reject(new Error(t("start.passwordDiffers"))),
              }),
            ]}
          >
            <Input.Password
              maxLength={128}
              autoComplete="new-password"
              visibilityToggle={{ visible: isShown, onVisibleChange: setShown }}
            />
          </Form.Item>
        </div>
        <ServiceItems />
        {needsCode && <CodeItem />}
        {failure && <Alert type="error" showIcon title={failure.what} description={failure.step} />}
        <Button type="primary" htmlType="submit" size="large" block loading={isBusy} className="start-submit">
          {t("start.submitCreate")}
        </Button>
      </Form>
    </section>
  );
};
