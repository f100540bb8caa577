import { EyeOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Fragment, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { Chosen, Column, ComparisonLine, Side } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { explainProblem, problemLine } from "@/kit/problem-words";
import { fieldOf, isCustom } from "@/session/defined";
import { labelsOf } from "@/session/labels";
import { PhotoValue } from "@/session/PhotoValue";
import { useSight } from "@/session/sight";
import { BelongingRows, Merged } from "./Belongings";
import "./merging.css";

/** Whether one of the two values has to be chosen: masked ones may look alike and differ. */
const isChoice = (line: ComparisonLine): boolean => line.differs || (line.kept === "") !== (line.gone === "");

/** Two members field by field; of each field one value stays, or both where they can hold together, and all that hangs
 *  on either stays: below it stands what the one that comes of them will have. */
export const Compare = ({
  kept,
  gone,
  onSwap,
  onApart,
  onClose,
  onMerged,
}: {
  kept: string;
  gone: string;
  onSwap: () => void;
  onApart: () => void;
  onClose: () => void;
  onMerged: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const { mayReveal, showOne } = useSight();
  /** Until somebody has chosen: what is proposed. */
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ["member", "compared", kept, gone, chosen],
    queryFn: () => client.compareMembers({ kept, gone, ...(chosen === null ? {} : { chosen }) }),
    placeholderData: keepPreviousData,
  });
  const proposed = (side: Side) =>
    data?.lines.filter((line) => line.takes === side).map((line) => line.column) ?? [];
  const now: Chosen = chosen ?? { taken: proposed("gone"), united: proposed("both") };
  const sideOf = (column: Column): Side => {
    if (now.united.includes(column)) return "both";
    return now.taken.includes(column) ? "gone" : "kept";
  };

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
    return words ? labelsOf(t, words, text) : text;
  };
  const choose = (column: Column, side: Side) => {
    const others = (all: Column[]) => all.filter((one) => one !== column);
    const [taken, united] = [others(now.taken), others(now.united)];
    if (side === "gone") taken.push(column);
    if (side === "both") united.push(column);
    setChosen({ taken, united });
  };
  const showBoth = async () => {
    await showOne(kept);
    await showOne(gone);
  };
  const merge = async () => {
    try {
      await client.mergeMembers({ kept, gone, chosen: now });
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
        <Button key="apart" onClick={onApart}>
          {t("duplicates.apart.say")}
        </Button>,
        <Button key="cancel" onClick={onClose}>
          {t("shell.common.cancel")}
        </Button>,
        <Button key="merge" type="primary" disabled={!data} onClick={() => void merge()}>
          {t("duplicates.merge")}
        </Button>,
      ]}
    >
      {data?.is_masked && !mayReveal && <p className="quiet">{t("masking.mayNot")}</p>}
      {data?.is_masked && mayReveal && (
        <Button icon={<EyeOutlined />} title={t("masking.showPersonNote")} onClick={() => void showBoth()}>
          {t("masking.showPerson")}
        </Button>
      )}
      <table className="compare">
        <thead>
          <tr>
            <th scope="col">{t("duplicates.field")}</th>
            <th scope="col">{t("duplicates.kept")}</th>
            <th scope="col">{t("duplicates.gone")}</th>
          </tr>
        </thead>
        <tbody>
          {data?.lines.map((line) => {
            const choice = (side: Side, text: string) => (
              <label>
                <input
                  type="radio"
                  name={line.column}
                  checked={sideOf(line.column) === side}
                  onChange={() => choose(line.column, side)}
                />
                {text === "" ? (
                  <span className="quiet">{t("roster.grid.empty")}</span>
                ) : (
                  shown(line.column, text)
                )}
              </label>
            );
            return (
              <Fragment key={line.column}>
                <tr className={line.differs ? "differs" : undefined}>
                  <th scope="row" rowSpan={line.both.can === "never" ? 1 : 2}>
                    {titleOf(line.column)}
                  </th>
                  {(["kept", "gone"] as const).map((side) => (
                    <td key={side}>
                      {isChoice(line) ? choice(side, line[side]) : shown(line.column, line[side])}
                    </td>
                  ))}
                </tr>
                {line.both.can !== "never" && (
                  <tr className={line.differs ? "differs" : undefined}>
                    <td colSpan={2}>
                      {line.both.can === "hold" ? (
                        choice("both", t("duplicates.both", { text: line.both.text }))
                      ) : (
                        <span className="quiet">
                          {t("duplicates.notBoth", { problem: explainProblem(t, line.both.rule).what })}
                        </span>
                      )}
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
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
