import { ArrowLeftOutlined, FilePdfOutlined, PrinterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Alert, App, Button, Empty, Segmented, Select, Spin } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { explain } from "@/failure";
import type { PrepareSheets, SheetRun } from "@/generated/types";
import { client, host } from "@/host";
import { useEscape } from "@/kit/useEscape";
import { useAct } from "@/session/act";

/** A4: 297 by 210 mm. */
const A4 = 297 / 210;
const PAGE_WIDTH = 620;
const GAP = 20;

/** Every page as it will be printed, drawn from the same list as the PDF. */
export const SheetPreview = ({
  department,
  onClose,
}: {
  department: string | undefined;
  onClose: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [layout, setLayout] = useState<"labels" | "letter">("labels");
  const [language, setLanguage] = useState(i18n.language.startsWith("zh") ? "zh" : "en");
  const [isBusy, setBusy] = useState(false);
  const wanted: PrepareSheets = {
    layout,
    language,
    ...(department === undefined ? {} : { department }),
  };
  const { data: run, error } = useQuery({
    queryKey: ["sheets", wanted],
    queryFn: () => client.prepareSheets(wanted),
    staleTime: 0,
    gcTime: 0,
  });

  const save = async (prepared: SheetRun) => {
    const path = await host.pickSavePath(t("invitations.sheet.save"), `${t("invitations.title")}.pdf`, [
      { name: "PDF", endings: ["pdf"] },
    ]);
    if (path === null) return;
    setBusy(true);
    const saved = await act(() => client.saveSheets({ run: prepared.run, path }));
    setBusy(false);
    if (saved) void message.success(t("invitations.sheet.saved", { path: saved.path }), 4);
  };
  const print = async (prepared: SheetRun) => {
    setBusy(true);
    if (await act(() => client.printSheets({ run: prepared.run }))) {
      void message.success(t("invitations.sheet.printed"), 4);
    }
    setBusy(false);
  };
  const failure = error ? explain(error, i18n.language) : null;
  useEscape(onClose);

  return (
    <div className="sheets">
      <aside className="sheets-options">
        <Button type="text" icon={<ArrowLeftOutlined />} onClick={onClose}>
          {t("shell.common.back")}
        </Button>
        <h1>{t("invitations.sheet.title")}</h1>
        <span className="quiet">{t("invitations.sheet.layout")}</span>
        <Select
          aria-label={t("invitations.sheet.layout")}
          value={layout}
          onChange={setLayout}
          options={(["labels", "letter"] as const).map((word) => ({
            value: word,
            label: t(`invitations.sheet.layouts.${word}`),
          }))}
        />
        <span className="quiet">{t("invitations.sheet.language")}</span>
        <Segmented
          value={language}
          onChange={setLanguage}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
        {run && <p role="status">{t("invitations.sheet.summary", { ...run })}</p>}
        {run && <Notices run={run} />}
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          disabled={!run || isBusy}
          onClick={() => run && void print(run)}
        >
          {t("invitations.sheet.print")}
        </Button>
        <Button icon={<FilePdfOutlined />} disabled={!run || isBusy} onClick={() => run && void save(run)}>
          {t("invitations.sheet.save")}
        </Button>
      </aside>
      <div className="sheets-pages">
        {failure ? (
          <Empty
            description={
              <>
                <strong>{failure.what}</strong>
                <br />
                {failure.step}
              </>
            }
          >
            <Button type="primary" onClick={onClose}>
              {t("invitations.sheet.toInvitations")}
            </Button>
          </Empty>
        ) : run ? (
          <Pages run={run} />
        ) : (
          <div className="sheets-wait" role="status">
            <Spin /> {t("invitations.sheet.preparing")}
          </div>
        )}
      </div>
    </div>
  );
};

const Notices = ({ run }: { run: SheetRun }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      {run.is_loopback && (
        <Alert
          type="warning"
          showIcon
          title={t("invitations.sheet.loopback")}
          description={
            <Button size="small" onClick={() => void navigate("/settings")}>
              {t("invitations.sheet.openSettings")}
            </Button>
          }
        />
      )}
      {run.not_synced > 0 && (
        <Alert type="warning" showIcon title={t("invitations.sheet.notSynced", { count: run.not_synced })} />
      )}
      {run.elsewhere > 0 && (
        <Alert type="info" showIcon title={t("invitations.sheet.elsewhere", { count: run.elsewhere })} />
      )}
      {run.missing_glyphs.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("invitations.sheet.missing")}
          description={run.missing_glyphs.map((one) => `${one.member_name}（${one.characters}）`).join("、")}
        />
      )}
    </>
  );
};

const Pages = ({ run }: { run: SheetRun }) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: run.pages,
    getScrollElement: () => scroll.current,
    estimateSize: () => PAGE_WIDTH * A4 + GAP,
    overscan: 1,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus
    <section ref={scroll} className="sheets-scroll" tabIndex={0} aria-label={t("invitations.sheet.title")}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => (
          <div key={item.key} className="sheets-place" style={{ transform: `translateY(${item.start}px)` }}>
            <SheetPage run={run.run} page={item.index} />
          </div>
        ))}
      </div>
    </section>
  );
};

const SheetPage = ({ run, page }: { run: string; page: number }) => {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["sheet-page", run, page],
    queryFn: () => client.sheetPage({ run, page }),
    gcTime: 30_000,
  });
  const label = t("invitations.sheet.page", { page: page + 1 });
  return data ? (
    <img
      className="sheets-page"
      alt={label}
      src={`data:image/svg+xml;utf8,${encodeURIComponent(data.svg)}`}
    />
  ) : (
    <div className="sheets-page" role="img" aria-label={label} />
  );
};
