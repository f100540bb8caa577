import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { Column, ComparisonLine } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { problemLine } from "@/kit/problem-words";
import { fieldOf, isCustom } from "@/session/defined";
import { PhotoValue } from "@/session/PhotoValue";
import { BelongingRows, Merged } from "./Belongings";

/** Two members field by field; of each field one value stays, all that hangs on either stays: below it stands what the
 *  one that comes of them will have. */
export const Compare = ({
  kept,
  gone,
  onSwap,
  onClose,
  onMerged,
}: {
  kept: string;
  gone: string;
  onSwap: () => void;
  onClose: () => void;
  onMerged: () => void;
}) => {
  const { t, i18n } = useTranslation();
  /** Until somebody has chosen: what is proposed. */
  const [chosen, setChosen] = useState<readonly Column[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ["member", "compared", kept, gone, chosen],
    queryFn: () => client.compareMembers({ kept, gone, ...(chosen === null ? {} : { taken: [...chosen] }) }),
    placeholderData: keepPreviousData,
  });
  const proposed = data?.lines.filter((line) => line.takes_gone).map((line) => line.column) ?? [];
  const taken: ReadonlySet<Column> = new Set(chosen ?? proposed);

  const titleOf = (column: Column) =>
    isCustom(column) ? (fieldOf(column)?.name ?? "") : t(`choices.columns.${column}`);
  const shown = (column: Column, text: string): ReactNode => {
    if (column === "photo") return <PhotoValue hash={text} />;
    const words: Record<string, string> | undefined = ["sex", "identity", "status", "document_kind"].includes(
      column,
    )
      ? t(`choices.${column as "sex"}`, { returnObjects: true })
      : fieldOf(column)?.form === "yes_no"
        ? t("choices.yes_no", { returnObjects: true })
        : undefined;
    return words?.[text] ?? text;
  };
  const choose = ({ column }: ComparisonLine, takes: boolean) => {
    const next = new Set(taken);
    if (takes) next.add(column);
    else next.delete(column);
    setChosen([...next]);
  };
  const merge = async () => {
    try {
      await client.mergeMembers({ kept, gone, taken: [...taken] });
      onMerged();
    } catch (thrown) {
      const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
      const { what, step } = explain(thrown, i18n.language);
      setTrouble(rule ? problemLine(t, rule) : `${what} ${step}`);
    }
  };

  return (
    <Dialog
      open
      width={720}
      title={t("duplicates.compareTitle")}
      onCancel={onClose}
      footer={[
        <Button key="swap" onClick={onSwap}>
          {t("duplicates.swap")}
        </Button>,
        <Button key="cancel" onClick={onClose}>
          {t("shell.common.cancel")}
        </Button>,
        <Button key="merge" type="primary" disabled={!data} onClick={() => void merge()}>
          {t("duplicates.merge")}
        </Button>,
      ]}
    >
      <table className="compare">
        <thead>
          <tr>
            <th scope="col">{t("duplicates.field")}</th>
            <th scope="col">{t("duplicates.kept")}</th>
            <th scope="col">{t("duplicates.gone")}</th>
          </tr>
        </thead>
        <tbody>
          {data?.lines.map((line) => (
            <tr key={line.column} className={line.differs ? "differs" : undefined}>
              <th scope="row">{titleOf(line.column)}</th>
              {([false, true] as const).map((isGone) => {
                const text = isGone ? line.gone : line.kept;
                return (
                  <td key={String(isGone)}>
                    {line.kept === line.gone ? (
                      shown(line.column, text)
                    ) : (
                      <label>
                        <input
                          type="radio"
                          name={line.column}
                          checked={taken.has(line.column) === isGone}
                          onChange={() => choose(line, isGone)}
                        />
                        {text === "" ? (
                          <span className="quiet">{t("roster.grid.empty")}</span>
                        ) : (
                          shown(line.column, text)
                        )}
                      </label>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          {data && <BelongingRows kept={data.kept} gone={data.gone} />}
        </tbody>
      </table>
      {data && <Merged gone={data.gone} merged={data.merged} />}
      {trouble !== null && (
        <p role="alert" className="settings-wrong">
          {trouble}
        </p>
      )}
    </Dialog>
  );
};
