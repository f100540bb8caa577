import { LockOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { ProfileSummary } from "@/generated/types";
import { client } from "@/host";
import { queryClient } from "@/session/queries";
import { asksForCode, CodeItem, useRequired } from "./items";
import "./start.css";

interface Values {
  password: string;
  code?: string;
}

/** What is seen of a roster whose computer was signed out from elsewhere: nothing, until its account signs in again. */
const Locked = ({ profile }: { profile: ProfileSummary }) => {
  const { t, i18n } = useTranslation();
  const required = useRequired();
  const [isBusy, setBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [failure, setFailure] = useState<{ what: string; step: string } | null>(null);

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      // What was on the screen before is read anew, under the rights of now.
      queryClient.removeQueries({
        predicate: ({ queryKey }) => queryKey[0] !== "preferences" && queryKey[0] !== "state",
      });
      await queryClient.invalidateQueries();
    } catch (thrown) {
      if (asksForCode(thrown)) setNeedsCode(true);
      setFailure(explain(thrown, i18n.language));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="start">
      <section className="start-card">
        <h1>
          <LockOutlined aria-hidden="true" /> {t("administrators.locked.title")}
        </h1>
        <p className="start-lead">
          <strong>{profile.organisation_name}</strong> · {t("administrators.locked.lead")}
        </p>
        <Form<Values>
          layout="vertical"
          requiredMark={false}
          disabled={isBusy}
          validateTrigger="onBlur"
          onFinish={({ password, code }) =>
            void attempt(() => client.signInAgain({ password, ...(code ? { code: code.trim() } : {}) }))
          }
        >
          <Form.Item name="password" label={t("start.password")} rules={[required("password")]}>
            <Input.Password autoFocus maxLength={128} autoComplete="current-password" />
          </Form.Item>
          {needsCode && <CodeItem />}
          {failure && <Alert type="error" showIcon title={failure.what} description={failure.step} />}
          <Button
            type="primary"
            htmlType="submit"
            size="large"
            block
            loading={isBusy}
            className="start-submit"
          >
            {t("administrators.locked.unlock")}
          </Button>
        </Form>
        <Button type="link" disabled={isBusy} onClick={() => void attempt(() => client.closeProfile())}>
          {t("administrators.locked.other")}
        </Button>
      </section>
    </main>
  );
};

export default Locked;
