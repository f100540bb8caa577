import { ArrowLeftOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OrganisationChoice } from "@/generated/types";
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
  phone: string;
  password: string;
  code?: string;
}

/** Signs in to an organisation that exists already and brings its roster here. */
export const SignIn = ({ onOpen, onBack }: { onOpen: () => void; onBack: () => void }) => {
  const { t } = useTranslation();
  const required = useRequired();
  const explainHere = useExplainHere();
  useEscape(onBack);
  const [form] = Form.useForm<Values>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ what: string; step: string } | null>(null);
  const [needsCode, setNeedsCode] = useState(false);
  const [choices, setChoices] = useState<OrganisationChoice[] | null>(null);

  const submit = async (values: Values, organisation?: string) => {
    setBusy(true);
    setFailure(null);
    try {
      const outcome = await client.signIn({
        service: placeOf(values),
        phone: values.phone.trim(),
        password: values.password,
        ...(values.code ? { code: values.code.trim() } : {}),
        ...(organisation === undefined ? {} : { organisation }),
      });
      if (outcome.outcome === "open") onOpen();
      else setChoices(outcome.organisations);
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
      <h1>{t("start.signIn")}</h1>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ where: "remote" }}
        onFinish={(values) => submit(values)}
        disabled={isBusy}
        validateTrigger="onBlur"
        scrollToFirstError={{ focus: true }}
      >
        <ServiceItems />
        <div className="start-pair">
          <PhoneItem />
          <Form.Item name="password" label={t("start.password")} rules={[required("password")]}>
            <Input.Password maxLength={128} autoComplete="current-password" />
          </Form.Item>
        </div>
        {needsCode && <CodeItem />}
        {failure && <Alert type="error" showIcon title={failure.what} description={failure.step} />}
        {choices ? (
          <div className="start-choices">
            <p>{t("start.choose")}</p>
            {choices.map((choice) => (
              <Button
                key={choice.id}
                block
                loading={isBusy}
                onClick={() => void submit(form.getFieldsValue(), choice.id)}
              >
                {choice.name}
              </Button>
            ))}
          </div>
        ) : (
          <Button
            type="primary"
            htmlType="submit"
            size="large"
            block
            loading={isBusy}
            className="start-submit"
          >
            {t("start.submitSignIn")}
          </Button>
        )}
      </Form>
    </section>
  );
};
