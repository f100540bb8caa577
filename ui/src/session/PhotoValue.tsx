import { useTranslation } from "react-i18next";
import { Portrait } from "@/kit/photo/Portrait";
import { useSmallPhoto } from "./photos";

/** A photo where other fields have a text: in the history, in conflicts, side by side. */
export const PhotoValue = ({ hash, size = "small" }: { hash: string; size?: "tiny" | "small" }) => {
  const { t } = useTranslation();
  const address = useSmallPhoto(hash);
  if (hash === "") return <>{t("history.empty")}</>;
  return <Portrait address={address} label={t("photo.title")} size={size} />;
};
