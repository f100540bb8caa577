import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Space } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { BegunSecondFactor } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { keys, queryClient } from "@/session/queries";

type Step = "begin" | "off" | "remake" | "password";

interface Values {
  password: string;
  code?: string;
  fresh?: string;
  repeat?: string;
}

/** The account's own password, and codes of an authenticator beside it. */
export const SecondFactor = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [step, setStep] = useState<Step | null>(null);
  const [begun, setBegun] = useState<BegunSecondFactor | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const { data: state } = useQuery({
    queryKey: keys.secondFactor,
    queryFn: () => client.secondFactor(),
  });
  const forget = () => queryClient.invalidateQueries({ queryKey: keys.secondFactor });

  const prove = async ({ password, code = "", fresh = "" }: Values) => {
    if (step === "begin") setBegun(await client.beginSecondFactor({ password }));
    else if (step === "off") {
      await client.endSecondFactor({ password, code });
      void message.success(t("administrators.own.turnedOff"), 3);
    } else if (step === "remake") setCodes((await client.remakeRecoveryCodes({ password, code })).codes);
    else {
      await client.changePassword({ password, new_password: fresh, ...(code ? { code } : {}) });
      void message.success(t("administrators.own.changed"), 4);
      await queryClient.invalidateQueries({ queryKey: keys.devices });
    }
    setStep(null);
    await forget();
  };
  const confirm = async ({ code = "" }: Values) => {
    const made = await client.confirmSecondFactor({ code });
    setBegun(null);
    setCodes(made.codes);
    await forget();
  };
  const copyCodes = async () => {
    await navigator.clipboard.writeText((codes ?? []).join("\n"));
    void message.success(t("administrators.link.copied"), 2);
  };

  const isOn = state?.is_on ?? false;
  const title = {
    begin: t("administrators.own.turnOn"),
    off: t("administrators.own.turnOff"),
    remake: t("administrators.own.remake"),
    password: t("administrators.own.changePassword"),
  };
  return (
    <>
      <h3>{t("administrators.own.title")}</h3>
      {state && (
        <p className={isOn ? undefined : "quiet"}>
          {isOn
            ? t("administrators.own.on", { count: state.recovery_codes_left })
            : t("administrators.own.off")}
        </p>
      )}
      {state && (
        <Space wrap>
          <Button onClick={() => setStep("password")}>{t("administrators.own.changePassword")}</Button>
          {isOn ? (
            <>
              <Button onClick={() => setStep("remake")}>{t("administrators.own.remake")}</Button>
              <Button onClick={() => setStep("off")}>{t("administrators.own.turnOff")}</Button>
            </>
          ) : (
            <Button onClick={() => setStep("begin")}>{t("administrators.own.turnOn")}</Button>
          )}
        </Space>
      )}
      {step && (
        <ProofDialog
          key={step}
          title={title[step]}
          fields={[
            "password",
            ...(step === "password" ? (["fresh"] as const) : []),
            ...(isOn ? (["code"] as const) : []),
          ]}
          ok={t(step === "begin" ? "administrators.own.next" : "administrators.own.confirm")}
          onProof={prove}
          onClose={() => setStep(null)}
        />
      )}
      {begun && (
        <ProofDialog
          title={t("administrators.own.turnOn")}
          fields={["code"]}
          ok={t("administrators.own.confirm")}
          onProof={confirm}
          onClose={() => setBegun(null)}
        >
          <p>{t("administrators.own.scan")}</p>
          <img
            className="settings-code"
            alt={t("administrators.own.picture")}
            src={`data:image/svg+xml;utf8,${encodeURIComponent(begun.svg)}`}
          />
          <p className="quiet">{t("administrators.own.secret")}</p>
          <code className="settings-link">{begun.secret.match(/.{1,4}/g)?.join(" ")}</code>
        </ProofDialog>
      )}
      {codes && (
        <Dialog
          open
          title={t("administrators.own.codes")}
          closable={false}
          mask={{ closable: false }}
          footer={
            <>
              <Button onClick={() => void copyCodes()}>{t("administrators.own.copyCodes")}</Button>
              <Button type="primary" onClick={() => setCodes(null)}>
                {t("administrators.own.kept")}
              </Button>
            </>
          }
        >
          <p>{t("administrators.own.codesNote")}</p>
          <ul className="settings-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
};

/** Asks for what shows that it is the account's owner. */
const ProofDialog = ({
  title,
  fields,
  ok,
  onProof,
  onClose,
  children,
}: {
  title: string;
  fields: readonly ("password" | "code" | "fresh")[];
  ok: string;
  onProof: (values: Values) => Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}) => {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ what: string; step: string } | null>(null);
  const submit = async (values: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      await onProof({ ...values, code: values.code?.trim() ?? "" });
    } catch (thrown) {
      setFailure(explain(thrown, i18n.language));
    } finally {
      setBusy(false);
    }
  };
  const required = (label: string) => ({
    required: true,
    message: t("start.required", { field: label }),
  });
  return (
    <Dialog
      open
      title={title}
      okText={ok}
      cancelText={t("shell.common.cancel")}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {children}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => void submit(values)}
      >
        {fields.includes("password") && (
          <Form.Item
            name="password"
            label={t("administrators.own.present")}
            rules={[required(t("administrators.own.present"))]}
          >
            <Input.Password maxLength={128} autoComplete="current-password" />
          </Form.Item>
        )}
        {fields.includes("fresh") && (
          <>
            <Form.Item
              name="fresh"
              label={t("administrators.own.fresh")}
              extra={t("start.passwordHint")}
              rules={[{ required: true, min: 8, message: t("start.passwordShort") }]}
            >
              <Input.Password maxLength={128} autoComplete="new-password" />
            </Form.Item>
            <Form.Item
              name="repeat"
              label={t("administrators.own.repeat")}
              dependencies={["fresh"]}
              rules={[
                ({ getFieldValue }) => ({
                  validator: (_, value) =>
                    value === getFieldValue("fresh")
                      ? Promise.resolve()
                      : Promise.reject(new Error(t("administrators.own.differs"))),
                }),
              ]}
            >
              <Input.Password maxLength={128} autoComplete="new-password" />
            </Form.Item>
          </>
        )}
        {fields.includes("code") && (
          <Form.Item
            name="code"
            label={t("administrators.own.code")}
            extra={t("administrators.own.codeHint")}
            rules={[required(t("administrators.own.code"))]}
          >
            <Input maxLength={24} autoComplete="one-time-code" />
          </Form.Item>
        )}
        {failure && <Alert type="error" showIcon title={failure.what} description={failure.step} />}
      </Form>
    </Dialog>
  );
};
