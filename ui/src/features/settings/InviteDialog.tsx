import { Alert, Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { MadeLink } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { RoleHint, useRoleWord } from "./roles";

interface Values {
  name: string;
  phone: string;
  role: string;
  reveals: boolean;
}

/** Asks for whom the link is and what the person becomes. */
export const InviteDialog = ({
  mayGive,
  onMade,
  onClose,
}: {
  mayGive: string[];
  onMade: (made: MadeLink, name: string) => void;
  onClose: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const roleWord = useRoleWord();
  const [form] = Form.useForm<Values>();
  const role = Form.useWatch("role", form);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ what: string; step: string } | null>(null);

  const submit = async ({ name, phone, role: chosen, reveals }: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      const made = await client.inviteAdministrator({
        name: name.trim(),
        phone: phone.trim(),
        role: chosen,
        reveals_numbers: chosen !== "printing" && (reveals ?? false),
      });
      onMade(made, name.trim());
    } catch (thrown) {
      setFailure(explain(thrown, i18n.language));
    } finally {
      setBusy(false);
    }
  };

  const required = (label: string) => ({
    required: true,
    whitespace: true,
    message: t("start.required", { field: label }),
  });
  return (
    <Dialog
      open
      title={t("administrators.invite")}
      okText={t("administrators.makeLink")}
      cancelText={t("shell.common.cancel")}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: mayGive.includes("administrator") ? "administrator" : mayGive[0] }}
        onFinish={(values) => void submit(values)}
      >
        <Form.Item name="name" label={t("administrators.name")} rules={[required(t("administrators.name"))]}>
          <Input maxLength={50} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="phone"
          label={t("administrators.phone")}
          extra={t("administrators.phoneHint")}
          rules={[required(t("administrators.phone"))]}
        >
          <Input maxLength={24} inputMode="tel" autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t("administrators.role")} extra={role && <RoleHint role={role} />}>
          <Select options={mayGive.map((word) => ({ value: word, label: roleWord(word) }))} />
        </Form.Item>
        {role !== "owner" && role !== "printing" && (
          <Form.Item name="reveals" valuePropName="checked">
            <Checkbox>{t("administrators.revealsNumbers")}</Checkbox>
          </Form.Item>
        )}
        {failure && <Alert type="error" showIcon title={failure.what} description={failure.step} />}
      </Form>
    </Dialog>
  );
};
