import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/kit/Dialog";
import { SearchInput } from "@/kit/SearchInput";

/** Name, version and licence (SPDX) of somebody else's work in the program. */
type Part = [name: string, version: string, licence: string];

/** Whose work is in the program, and under which licences. */
export const Licences = () => {
  const { t } = useTranslation();
  const [parts, setParts] = useState<Part[]>();
  const [text, setText] = useState("");

  const open = async () => {
    const { default: listed } = await import("@/generated/parts.json");
    setText("");
    setParts(listed as Part[]);
  };

  const wanted = text.trim().toLowerCase();
  const found =
    parts?.filter(([name, , licence]) => `${name} ${licence}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <>
      <Button onClick={() => void open()}>{t("settings.licences")}</Button>
      <Dialog
        title={t("settings.licences")}
        open={parts !== undefined}
        onCancel={() => setParts(undefined)}
        footer={null}
      >
        <p>{t("settings.licencesHint")}</p>
        <SearchInput label={t("settings.licencesSearch")} text={text} onText={setText} />
        <p className="quiet" aria-live="polite">
          {t("settings.licencesCount", { count: found.length })}
        </p>
        {/** biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
        <section className="settings-licences" tabIndex={0} aria-label={t("settings.licences")}>
          <table lang="en">
            <tbody>
              {found.map(([name, version, licence]) => (
                <tr key={`${name} ${version}`}>
                  <th scope="row">{name}</th>
                  <td>{version}</td>
                  <td>{licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Dialog>
    </>
  );
};
