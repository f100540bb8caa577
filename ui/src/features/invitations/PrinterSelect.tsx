import { PlusOutlined, ToolOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { PrinterSettings, Printers } from "@/generated/types";

/** Which printer, or tray, a run is made for, and the way to its measures. */
export const PrinterSelect = ({
  printers,
  value,
  onChange,
  onOpen,
}: {
  printers: Printers;
  /** The one that the run is made for. */
  value: string;
  onChange: (id: string) => void;
  onOpen: (settings: PrinterSettings) => void;
}) => {
  const { t } = useTranslation();
  const name = (printer: PrinterSettings) => printer.name || t("invitations.printer.unnamed");
  const chosen = printers.all.find((printer) => printer.id === value) ?? printers.all[0];
  if (!chosen) return null;
  return (
    <>
      <span className="quiet">{t("invitations.printer.choose")}</span>
      <div className="sheets-printers">
        <Select
          aria-label={t("invitations.printer.choose")}
          value={chosen.id}
          onChange={onChange}
          options={printers.all.map((printer) => ({ value: printer.id, label: name(printer) }))}
        />
        <Button
          icon={<ToolOutlined />}
          title={t("invitations.printer.open")}
          aria-label={t("invitations.printer.open")}
          onClick={() => onOpen(chosen)}
        />
        <Button
          icon={<PlusOutlined />}
          title={t("invitations.printer.another")}
          aria-label={t("invitations.printer.another")}
          onClick={() => onOpen(another(chosen))}
        />
      </div>
    </>
  );
};

/** One more, as sharp as this one and not yet measured. */
const another = (like: PrinterSettings): PrinterSettings => ({
  ...like,
  id: "",
  name: "",
  shift_x_mm: 0,
  shift_y_mm: 0,
  ruler_x_mm: 100,
  ruler_y_mm: 100,
  back_shift_x_mm: 0,
  back_shift_y_mm: 0,
});
