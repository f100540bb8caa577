import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { CustomFieldRow } from "@/generated/types";

const BUILT_IN = ["number", "name"] as const;

/** What the people of a class are ordered by: where there are fields of the organisation's own, by these too. */
export const OrderSelect = ({
  fields,
  value,
  onChange,
}: {
  fields: CustomFieldRow[];
  value: string;
  onChange: (order: string) => void;
}) => {
  const { t } = useTranslation();
  const built = BUILT_IN.map((word) => ({
    value: word as string,
    label: t(`invitations.sheet.orders.${word}`),
  }));
  const own = fields
    .filter((field) => !field.is_archived)
    .map((field) => ({
      value: String(field.column),
      label: t("invitations.sheet.orderBy", { name: field.name }),
    }));
  if (own.length === 0) {
    return (
      <Segmented
        aria-label={t("invitations.sheet.order")}
        value={value}
        onChange={onChange}
        options={built}
      />
    );
  }
  return (
    <Select
      aria-label={t("invitations.sheet.order")}
      value={value}
      onChange={onChange}
      options={[...built, ...own]}
    />
  );
};
