import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";
import { zh } from "./zh";

export const systemLanguage = () => (navigator.language.startsWith("zh") ? "zh" : "en");

/** Chinese is the source; English has the same keys by type. */
export const startWords = (language: string) =>
  i18next.use(initReactI18next).init({
    lng: language === "system" ? systemLanguage() : language,
    fallbackLng: "zh",
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof zh };
    returnNull: false;
  }
}
