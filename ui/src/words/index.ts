import i18next, { type FormatterModule } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";
import { zh } from "./zh";

export const systemLanguage = () => (navigator.language.startsWith("zh") ? "zh" : "en");

/** Forms of a word that follows a number: `{{count}} {{count, row|rows}}`. */
const inflection: FormatterModule = {
  type: "formatter",
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, forms: string | undefined) => {
    const [one, more] = (forms ?? "").split("|");
    if (one === undefined || more === undefined) return String(value);
    return String(value) === "1" ? one : more;
  },
};

/** Chinese is the source; English has the same keys by type. */
export const startWords = (language: string) =>
  i18next
    .use(inflection)
    .use(initReactI18next)
    .init({
      lng: language === "system" ? systemLanguage() : language,
      fallbackLng: "zh",
      resources: { zh: { translation: zh }, en: { translation: en } },
      interpolation: { escapeValue: false },
      returnNull: false,
      // A word that English does without is not asked of the Chinese.
      returnEmptyString: true,
    });

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof zh };
    returnNull: false;
  }
}
