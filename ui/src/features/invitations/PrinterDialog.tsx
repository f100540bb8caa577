import { App, Button, Checkbox, Input, InputNumber, Modal, Popconfirm, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PrinterSettings } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";

const SHIFTS = ["shift_x_mm", "shift_y_mm"] as const;
const RULERS = ["ruler_x_mm", "ruler_y_mm"] as const;
const BACK_SHIFTS = ["back_shift_x_mm", "back_shift_y_mm"] as const;
type Measure = (typeof SHIFTS)[number] | (typeof RULERS)[number] | (typeof BACK_SHIFTS)[number];

/** The longest name that is kept. */
const LONGEST_NAME = 60;

/** What a printer, or a tray of it, is called, and how far it is off, as measured on the calibration sheet. */
export const PrinterDialog = ({
  settings,
  layout,
  language,
  isOnlyOne,
  onKept,
  onClose,
}: {
  /** Without an id: one more. */
  settings: PrinterSettings;
  layout: string;
  language: string;
  isOnlyOne: boolean;
  /** It is the one to print with; null: it is forgotten. */
  onKept: (id: string | null) => void;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [now, setNow] = useState(settings);

  const keep = async () => {
    const kept = await act(() => client.setPrinter(now));
    if (kept === undefined) return;
    // One more has got an id now, and is not kept twice.
    setNow(kept);
    await queryClient.invalidateQueries({ queryKey: keys.printers });
    onKept(kept.id);
    return kept.id;
  };
  const forget = async () => {
    const forgotten = await act(() => client.removePrinter({ id: now.id }));
    if (forgotten === undefined) return;
    await queryClient.invalidateQueries({ queryKey: keys.printers });
    onKept(null);
    onClose();
  };
  const printSheet = async () => {
    const printer = await keep();
    if (printer === undefined) return;
    const printed = await act(() => client.printCalibration({ layout, language, printer }));
    if (printed) void message.info(t(`invitations.sheet.sentTo.${printed.sent_to}`), 4);
  };
  const measure = (key: Measure, least: number, most: number) => (
    <div key={key} className="sheets-printer-row">
      <span>{t(`invitations.printer.${key}`)}</span>
      <InputNumber
        aria-label={t(`invitations.printer.${key}`)}
        min={least}
        max={most}
        step={0.1}
        value={now[key]}
        suffix="mm"
        onChange={(value) => value !== null && setNow({ ...now, [key]: value })}
      />
    </div>
  );

  return (
    <Modal
      open
      onCancel={onClose}
      title={t(now.id === "" ? "invitations.printer.another" : "invitations.printer.title")}
      width={460}
      footer={
        <>
          {now.id !== "" && !isOnlyOne && (
            <Popconfirm
              title={t("invitations.printer.forgetSure")}
              okText={t("invitations.printer.forget")}
              cancelText={t("shell.common.cancel")}
              onConfirm={() => void forget()}
            >
              <Button className="sheets-printer-forget">{t("invitations.printer.forget")}</Button>
            </Popconfirm>
          )}
          <Button onClick={() => void printSheet()}>{t("invitations.printer.sheet")}</Button>
          <Button type="primary" onClick={async () => (await keep()) !== undefined && onClose()}>
            {t("shell.common.save")}
          </Button>
        </>
      }
    >
      <div className="sheets-printer">
        <p className="quiet">{t("invitations.printer.hint")}</p>
        <div className="sheets-printer-row">
          <span>{t("invitations.printer.name")}</span>
          <Input
            className="sheets-printer-name"
            aria-label={t("invitations.printer.name")}
            placeholder={t("invitations.printer.nameHint")}
            maxLength={LONGEST_NAME}
            value={now.name}
            onChange={(event) => setNow({ ...now, name: event.target.value })}
          />
        </div>
        <div className="sheets-printer-row">
          <span>{t("invitations.printer.dpi")}</span>
          <Segmented
            aria-label={t("invitations.printer.dpi")}
            value={now.dpi}
            onChange={(dpi) => setNow({ ...now, dpi })}
            options={[300, 600].map((dpi) => ({ value: dpi, label: `${dpi} dpi` }))}
          />
        </div>
        {SHIFTS.map((key) => measure(key, -10, 10))}
        {RULERS.map((key) => measure(key, 95, 105))}
        <div className="sheets-printer-row">
          <span>{t("invitations.printer.turned")}</span>
          <Segmented
            aria-label={t("invitations.printer.turned")}
            value={now.turned_over}
            onChange={(turned_over) => setNow({ ...now, turned_over })}
            options={(["long", "short"] as const).map((word) => ({
              value: word,
              label: t(`invitations.printer.edges.${word}`),
            }))}
          />
        </div>
        {BACK_SHIFTS.map((key) => measure(key, -10, 10))}
        <Checkbox checked={now.proofs} onChange={(event) => setNow({ ...now, proofs: event.target.checked })}>
          {t("invitations.printer.proofs")}
        </Checkbox>
      </div>
    </Modal>
  );
};
