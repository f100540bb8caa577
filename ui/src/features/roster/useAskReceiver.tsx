import { App, AutoComplete, Form, Radio, Space } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OneRosterReceiver, PackageExtent } from "@/generated/types";
import { client } from "@/host";
import { Keyboard } from "@/kit/Dialog";
import { useAct } from "@/session/act";

/** Whom a OneRoster package is for, and what it tells. */
export interface Delivery {
  to: string;
  extent: PackageExtent;
}

interface ReceiverFormProps {
  receivers: readonly OneRosterReceiver[];
  onChange: (delivery: Delivery) => void;
}

function ReceiverForm({ receivers, onChange }: ReceiverFormProps) {
  const { t } = useTranslation();
  const [delivery, setDelivery] = useState<Delivery>({ to: "", extent: "whole" });
  const known = receivers.find((receiver) => receiver.name === delivery.to.trim());
  const canGoOn = known?.can_go_on === true;
  const change = (next: Delivery) => {
    setDelivery(next);
    onChange(next);
  };
  const name = (to: string) => {
    const other = receivers.find((receiver) => receiver.name === to.trim());
    change({ to, extent: other?.can_go_on ? delivery.extent : "whole" });
  };
  return (
    <Form layout="vertical">
      <Keyboard />
      <Form.Item
        label={t("roster.oneRoster.to")}
        htmlFor="one-roster-to"
        extra={t("roster.oneRoster.toNote")}
      >
        <AutoComplete
          id="one-roster-to"
          value={delivery.to}
          onChange={name}
          options={receivers.map((receiver) => ({ value: receiver.name }))}
          maxLength={64}
        />
      </Form.Item>
      <Radio.Group
        aria-label={t("roster.oneRoster.extent")}
        value={delivery.extent}
        onChange={(event) => change({ ...delivery, extent: event.target.value })}
      >
        <Space orientation="vertical">
          <Radio value="whole">{t("roster.oneRoster.whole")}</Radio>
          <Radio value="changes" disabled={!canGoOn}>
            {canGoOn
              ? t("roster.oneRoster.changesSince", { at: dayjs(known.at).format("YYYY-MM-DD HH:mm") })
              : t("roster.oneRoster.changes")}
          </Radio>
        </Space>
      </Radio.Group>
      <p className="quiet">
        {known === undefined
          ? t("roster.oneRoster.first")
          : t(`roster.oneRoster.${known.is_masked ? "masked" : "full"}`, { version: known.version })}
      </p>
    </Form>
  );
}

/** Asks before a OneRoster package is written whom it is for; null when the person thought better of it. */
export const useAskReceiver = () => {
  const { modal } = App.useApp();
  const { t } = useTranslation();
  const { act } = useAct();
  return async () => {
    const receivers = await act(() => client.oneRosterReceivers());
    if (receivers === undefined) return null;
    return new Promise<Delivery | null>((resolve) => {
      let chosen: Delivery = { to: "", extent: "whole" };
      modal.confirm({
        title: t("roster.oneRoster.title"),
        icon: null,
        content: (
          <ReceiverForm
            receivers={receivers}
            onChange={(delivery) => {
              chosen = delivery;
            }}
          />
        ),
        okText: t("roster.oneRoster.confirm"),
        cancelText: t("shell.common.cancel"),
        onOk: () => resolve(chosen),
        onCancel: () => resolve(null),
      });
    });
  };
};
