import { App, Button, Checkbox, InputNumber, Modal, Segmented } from "antd";
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

/** How far the printer is off, as measured on the calibration sheet. */
export const PrinterDialog = ({
  settings,
  layout,
  language,
  onClose,
}: {
  settings: PrinterSettings;
  layout: string;
  language: string;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [now, setNow] = useState(settings);

  const keep = async () => {
    const kept = await act(() => client.setPrinter(now));
    if (kept) await queryClient.invalidateQueries({ queryKey: keys.printer });
    return kept !== undefined;
  };
  const printSheet = async () => {
    if (!(await keep())) return;
    const printed = await act(() => client.printCalibration({ layout, language }));
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
      title={t("invitations.printer.title")}
      width={460}
      footer={
        <>
          <Button onClick={() => void printSheet()}>{t("invitations.printer.sheet")}</Button>
          <Button type="primary" onClick={async () => (await keep()) && onClose()}>
            {t("shell.common.save")}
          </Button>
        </>
      }
    >
      <div className="sheets-printer">
        <p className="quiet">{t("invitations.printer.hint")}</p>
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
