import { useTranslation } from "react-i18next";
import { PhotoValue } from "@/session/PhotoValue";
import { valueName } from "@/session/telling";

/** A value as people know it; of a photo the picture, for its name says nothing. */
export const FieldValue = ({ kind, field, value }: { kind: string; field: string; value: string }) => {
  const { t } = useTranslation();
  return field === "photo" ? <PhotoValue hash={value} /> : <>{valueName(t, kind, field, value)}</>;
};
