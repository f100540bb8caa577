import { useQuery } from "@tanstack/react-query";
import { App, Input, InputNumber, Radio, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CameOut } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { keys, queryClient } from "@/session/queries";
import { useJob } from "@/session/useJob";
import { readPages } from "./pages";

/** What is known of a run whose paper a person looks at. */
export interface Paper {
  number: number;
  pages: number;
  people: number;
}

type Which = CameOut["which"];

/** After printing: only what a person says came out well counts as printed. */
export const CheckRun = ({ paper, onClose }: { paper: Paper; onClose: () => void }) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const run = useJob();
  const [which, setWhich] = useState<Which>("all");
  const [upTo, setUpTo] = useState(1);
  const [pages, setPages] = useState("");
  const [spoiled, setSpoiled] = useState<{ value: string; label: string }[]>([]);
  const [isBusy, setBusy] = useState(false);
  const some = readPages(pages, paper.pages);

  const cameOut = (): CameOut | null => {
    switch (which) {
      case "up_to":
        return { which, page: upTo };
      case "pages":
        return some && { which, pages: some };
      case "all_but":
        return { which, invitations: spoiled.map((one) => one.value) };
      default:
        return { which };
    }
  };
  const said = cameOut();
  const confirm = async () => {
    if (!said) return;
    setBusy(true);
    const checked = await run((job) => client.checkRun({ number: paper.number, came_out: said, job }));
    setBusy(false);
    if (!checked) return;
    const left = paper.people - checked.printed;
    const told = [t("invitations.check.done", { count: checked.printed })];
    if (left > 0) told.push(t("invitations.check.left", { count: left }));
    void message.success(told.join(" · "), 4);
    for (const queryKey of [keys.runs, keys.invitations, ["sheets"]]) {
      void queryClient.invalidateQueries({ queryKey });
    }
    onClose();
  };

  return (
    <Dialog
      open
      title={t("invitations.check.title")}
      okText={t("invitations.check.confirm")}
      cancelText={t("invitations.check.later")}
      okButtonProps={{ disabled: said === null, loading: isBusy }}
      onOk={() => void confirm()}
      onCancel={onClose}
      width={480}
    >
      <p className="quiet">{t("invitations.check.hint")}</p>
      <Radio.Group
        className="check-run"
        aria-label={t("invitations.check.title")}
        value={which}
        onChange={(event) => setWhich(event.target.value as Which)}
      >
        <Radio value="all">{t("invitations.check.all", { count: paper.people })}</Radio>
        {paper.pages > 1 && (
          <>
            <Radio value="up_to">{t("invitations.check.upTo")}</Radio>
            {which === "up_to" && (
              <InputNumber
                autoFocus
                aria-label={t("invitations.check.upTo")}
                min={1}
                max={paper.pages}
                value={upTo}
                onChange={(value) => setUpTo(value ?? 1)}
              />
            )}
            <Radio value="pages">{t("invitations.check.pages")}</Radio>
            {which === "pages" && (
              <Input
                autoFocus
                aria-label={t("invitations.check.pages")}
                placeholder={t("invitations.check.pagesHint")}
                value={pages}
                status={pages !== "" && !some ? "error" : ""}
                onChange={(event) => setPages(event.target.value)}
              />
            )}
            {which === "pages" && pages !== "" && !some && (
              <p role="alert" className="check-run-wrong">
                {t("invitations.check.pagesWrong", { pages: paper.pages })}
              </p>
            )}
          </>
        )}
        <Radio value="all_but">{t("invitations.check.allBut")}</Radio>
        {which === "all_but" && <Spoiled number={paper.number} value={spoiled} onChange={setSpoiled} />}
        <Radio value="nothing">{t("invitations.check.nothing")}</Radio>
      </Radio.Group>
    </Dialog>
  );
};

/** Labels of the run that did not come out, found by name or number. */
const Spoiled = ({
  number,
  value,
  onChange,
}: {
  number: number;
  value: { value: string; label: string }[];
  onChange: (value: { value: string; label: string }[]) => void;
}) => {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text);
  const { data } = useQuery({
    queryKey: [...keys.runs, number, "found", asked],
    queryFn: () => client.runLabels({ number, text: asked, start: 0, count: 50 }),
    gcTime: 0,
  });
  return (
    <Select
      mode="multiple"
      labelInValue
      autoFocus
      aria-label={t("invitations.check.find")}
      placeholder={t("invitations.check.find")}
      showSearch={{ filterOption: false, onSearch: setText }}
      value={value}
      onChange={onChange}
      options={(data?.rows ?? []).map((row) => ({
        value: row.invitation,
        label: [row.card_number, row.member_name].filter(Boolean).join(" "),
      }))}
    />
  );
};
