import { useQuery } from "@tanstack/react-query";
import { App, DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { PastInfo } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { useSession } from "@/session/store";
import { timeOf } from "@/session/telling";
import { PastRoster } from "./PastRoster";

const JOB = "past";

/** Chooses a moment and shows the roster as it was. */
export const Past = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [params, setParams] = useSearchParams();
  const [at, setAt] = useState<Dayjs | null>(() => dayjs());
  const [past, setPast] = useState<PastInfo | null>(null);
  const [isOpening, setOpening] = useState(false);
  const progress = useSession((now) => now.progress[JOB]);
  const { data: begins } = useQuery({
    queryKey: [...keys.history, "begins"],
    queryFn: () => client.pastBegins(),
  });

  const open = async (wanted: { at?: number; moment?: number }) => {
    setOpening(true);
    const opened = await act(() => client.openPast({ ...wanted, job: JOB }));
    setOpening(false);
    if (opened) setPast(opened);
  };
  const latest = useRef(open);
  latest.current = open;

  // One came from an operation.
  const moment = params.get("moment");
  useEffect(() => {
    if (moment !== null) void latest.current({ moment: Number(moment) });
  }, [moment]);

  const name = past?.past;
  useEffect(() => {
    if (name === undefined) return;
    return () => void client.closePast({ past: name }).catch(() => undefined);
  }, [name]);

  const close = () => {
    setPast(null);
    setParams({ tab: "past" });
  };

  if (past) {
    return (
      <PastRoster
        key={past.past}
        past={past}
        onClose={close}
        onLost={() => {
          void message.info(t("history.past.closed"), 4);
          close();
        }}
      />
    );
  }
  return (
    <form
      className="past-choose"
      onSubmit={(event) => {
        event.preventDefault();
        if (at) void open({ at: at.endOf("minute").valueOf() });
      }}
    >
      <p className="quiet">{t("history.past.choose")}</p>
      <div className="past-bar">
        <span className="past-when">
          <label htmlFor="past-at">{t("history.past.at")}</label>
          <DatePicker
            id="past-at"
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            value={at}
            maxDate={dayjs()}
            onChange={(value) => setAt(value)}
            placeholder={t("history.moment")}
          />
        </span>
        <ToolButton
          type="submit"
          label={t("history.past.open")}
          shows="label"
          look="primary"
          disabled={isOpening}
        />
      </div>
      {begins && begins.at > 0 && (
        <p className="quiet">{t("history.past.begins", { time: timeOf(begins.at) })}</p>
      )}
      {isOpening && progress && (
        <p role="status" className="past-bar">
          <span>{t("history.past.reading", { done: progress.done, total: progress.total })}</span>
          <ToolButton
            label={t("shell.common.cancel")}
            shows="label"
            onClick={() => void client.cancelJob({ job: JOB })}
          />
        </p>
      )}
    </form>
  );
};
