import {
  ArrowLeftOutlined,
  CloseOutlined,
  FileImageOutlined,
  FilePdfOutlined,
  PrinterOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Dropdown, Empty, InputNumber, Segmented, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { PrepareSheets, PrinterSettings, SavedSheets, SheetLabel, SheetRun } from "@/generated/types";
import { client, host } from "@/host";
import { useEscape } from "@/kit/useEscape";
import { useAct } from "@/session/act";
import { type LeftOut, leaveRun, type RunChoices } from "@/session/left-run";
import { keys, queryClient } from "@/session/queries";
import { useSession } from "@/session/store";
import { CheckRun, type Paper } from "./CheckRun";
import { LayoutSelect } from "./LayoutSelect";
import { Notices } from "./Notices";
import { OrderSelect } from "./OrderSelect";
import { PrinterDialog } from "./PrinterDialog";
import { PrinterSelect } from "./PrinterSelect";
import { type ClickMeans, SheetPages } from "./SheetPages";

/** The layout of the list itself. */
const TICK_LIST = "a4-tick-list";

/** Every page as it will be printed, drawn from the same list as the PDF. */
export const SheetPreview = ({
  department,
  invitations,
  begun,
  onClose,
}: {
  department: string | undefined;
  /** Only these: reprints. */
  invitations?: string[] | undefined;
  /** What was chosen before it was left for a while, or the layout to begin with. */
  begun?: Partial<RunChoices> | undefined;
  onClose: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [layout, setLayout] = useState(begun?.layout ?? "avery-l7159");
  const [language, setLanguage] = useState(begun?.language ?? (i18n.language.startsWith("zh") ? "zh" : "en"));
  const [order, setOrder] = useState(begun?.order ?? "number");
  const [wantedPlaces, setUsedPlaces] = useState(begun?.usedPlaces ?? 0);
  const [leftOut, setLeftOut] = useState<LeftOut[]>(begun?.leftOut ?? []);
  const [clickMeans, setClickMeans] = useState<ClickMeans>("leave");
  const [isBusy, setBusy] = useState(false);
  const [printer, setPrinter] = useState(begun?.printer);
  const [shownPrinter, setShownPrinter] = useState<PrinterSettings | null>(null);
  const [isOnlyUnprinted, setOnlyUnprinted] = useState(begun?.isOnlyUnprinted ?? false);
  const [hasList, setHasList] = useState(begun?.hasList ?? false);
  const [isAccessible, setAccessible] = useState(false);
  const [paper, setPaper] = useState<Paper | null>(null);
  const { data: layouts } = useQuery({ queryKey: keys.layouts, queryFn: () => client.layouts() });
  const { data: printers } = useQuery({ queryKey: keys.printers, queryFn: () => client.printers() });
  const { data: fields } = useQuery({ queryKey: keys.customFields, queryFn: () => client.customFields() });
  const chosen = layouts?.find((row) => row.id === layout);
  const places = chosen?.places ?? 1;
  // The layout may have been changed to have fewer.
  const usedPlaces = chosen ? Math.min(wantedPlaces, places - 1) : wantedPlaces;
  const continuesAt = chosen?.continues_at ?? null;
  // The list for the teacher is a page of its own.
  const isA4 = chosen !== undefined && chosen.width_mm === 210 && chosen.height_mm === 297;
  const wanted: PrepareSheets = {
    layout,
    language,
    order,
    used_places: usedPlaces,
    left_out: leftOut.map((one) => one.member),
    is_only_unprinted: isOnlyUnprinted,
    is_with_list: hasList && isA4,
    ...(invitations === undefined ? {} : { invitations }),
    ...(department === undefined ? {} : { department }),
    ...(printer === undefined ? {} : { printer }),
  };
  const { data: run, error } = useQuery({
    // Another printer is another run.
    queryKey: ["sheets", wanted, printers],
    queryFn: () => client.prepareSheets(wanted),
    staleTime: 0,
    gcTime: 0,
  });

  const progress = useSession((now) => (run ? now.progress[run.run] : undefined));
  const tell = (prepared: SheetRun, saved: SavedSheets, what: string) => {
    const proofed = saved.proofed > 0 ? t("invitations.sheet.proofed", { ...saved }) : "";
    void message.success(`${what}${proofed}`, 5);
    for (const queryKey of [keys.layouts, keys.runs]) void queryClient.invalidateQueries({ queryKey });
    if (saved.number !== null) {
      setPaper({ number: saved.number, pages: prepared.pages, people: prepared.people });
    }
  };
  const save = async (prepared: SheetRun) => {
    const path = await host.pickSavePath(t("invitations.sheet.save"), `${t("invitations.title")}.pdf`, [
      { name: "PDF", endings: ["pdf"] },
    ]);
    if (path === null) return;
    setBusy(true);
    const wanted = { run: prepared.run, path };
    const saved = await act(() =>
      isAccessible ? client.saveAccessibleSheets(wanted) : client.saveSheets(wanted),
    );
    setBusy(false);
    if (saved) tell(prepared, saved, t("invitations.sheet.saved", { path: saved.path }));
  };
  const savePictures = async (prepared: SheetRun, picture: string) => {
    const path = await host.pickSavePath(t("invitations.sheet.pictures"), `${t("invitations.code")}.zip`, [
      { name: "ZIP", endings: ["zip"] },
    ]);
    if (path === null) return;
    setBusy(true);
    const saved = await act(() => client.savePictures({ run: prepared.run, path, picture }));
    setBusy(false);
    if (!saved) return;
    void message.success(t("invitations.sheet.saved", { path: saved.path }), 5);
    void queryClient.invalidateQueries({ queryKey: keys.runs });
  };
  const print = async (prepared: SheetRun) => {
    setBusy(true);
    const saved = await act(() => client.printSheets({ run: prepared.run }));
    setBusy(false);
    if (saved === undefined || saved.sent_to === null) return;
    const words = t(`invitations.sheet.sentTo.${saved.sent_to}`);
    if (saved.sent_to !== "nowhere") return tell(prepared, saved, words);
    // Whoever declined has no paper to look through.
    void message.info(words);
    void queryClient.invalidateQueries({ queryKey: keys.runs });
  };
  const choose = (label: SheetLabel) => {
    if (clickMeans === "start" && label.place !== null) setUsedPlaces(label.place);
    if (clickMeans === "leave" && label.member !== null) {
      setLeftOut([...leftOut, { member: label.member, name: label.member_name }]);
    }
  };
  const failure = error ? explain(error, i18n.language) : null;
  useEscape(onClose);

  return (
    <div className="sheets">
      <aside className="sheets-options">
        <div className="sheets-settings">
          <Button type="text" icon={<ArrowLeftOutlined />} onClick={onClose}>
            {t("shell.common.back")}
          </Button>
          <h1>
            {invitations === undefined
              ? t("invitations.sheet.title")
              : t("invitations.sheet.reprints", { count: invitations.length })}
          </h1>
          <LayoutSelect
            layouts={layouts ?? []}
            value={layout}
            onChange={(id) => {
              setLayout(id);
              setUsedPlaces(0);
              // Its stock may lie in another tray.
              setPrinter(undefined);
            }}
            onLeave={() =>
              leaveRun({
                department,
                invitations,
                choices: {
                  layout,
                  language,
                  order,
                  usedPlaces,
                  leftOut,
                  isOnlyUnprinted,
                  hasList,
                  ...(printer === undefined ? {} : { printer }),
                },
              })
            }
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
          <span className="quiet">{t("invitations.sheet.order")}</span>
          <OrderSelect fields={fields ?? []} value={order} onChange={setOrder} />
          {places > 1 && (
            <>
              <span className="quiet">{t("invitations.sheet.firstFree")}</span>
              <InputNumber
                aria-label={t("invitations.sheet.firstFree")}
                min={1}
                max={places}
                value={usedPlaces + 1}
                onChange={(value) => setUsedPlaces(Math.min(Math.max((value ?? 1) - 1, 0), places - 1))}
              />
              {continuesAt !== null && continuesAt !== usedPlaces && (
                <Button size="small" onClick={() => setUsedPlaces(continuesAt)}>
                  {t("invitations.sheet.continue", { place: continuesAt + 1 })}
                </Button>
              )}
            </>
          )}
          <span className="quiet">{t("invitations.sheet.click")}</span>
          <Segmented<ClickMeans>
            value={clickMeans}
            onChange={setClickMeans}
            options={(["leave", "start"] as const).map((word) => ({
              value: word,
              label: t(`invitations.sheet.clicks.${word}`),
              disabled: word === "start" && places === 1,
            }))}
          />
          {leftOut.length > 0 && (
            <section className="sheets-left-out" aria-label={t("invitations.sheet.leftOut")}>
              <span className="quiet">{t("invitations.sheet.leftOut")}</span>
              {leftOut.map((one) => (
                <Button
                  key={one.member}
                  size="small"
                  icon={<CloseOutlined />}
                  iconPlacement="end"
                  aria-label={t("invitations.sheet.putBack", { name: one.name })}
                  onClick={() => setLeftOut(leftOut.filter((other) => other.member !== one.member))}
                >
                  {one.name}
                </Button>
              ))}
            </section>
          )}
          {invitations === undefined && (
            <Checkbox checked={isOnlyUnprinted} onChange={(event) => setOnlyUnprinted(event.target.checked)}>
              {t("invitations.sheet.onlyUnprinted")}
            </Checkbox>
          )}
          {isA4 && layout !== TICK_LIST && (
            <Checkbox checked={hasList} onChange={(event) => setHasList(event.target.checked)}>
              {t("invitations.sheet.withList")}
            </Checkbox>
          )}
          {isA4 && layout !== TICK_LIST && hasList && places > 1 && (
            <span className="quiet">{t("invitations.sheet.listHint")}</span>
          )}
          {printers && (
            <PrinterSelect
              printers={printers}
              value={printer ?? run?.printer ?? printers.last}
              onChange={setPrinter}
              onOpen={setShownPrinter}
            />
          )}
          {run && (
            <Notices
              run={run}
              onLeaveOut={(people) =>
                setLeftOut([
                  ...leftOut,
                  ...people.map((one) => ({ member: one.member, name: one.member_name })),
                ])
              }
            />
          )}
        </div>
        <div className="sheets-foot">
          <Checkbox
            checked={isAccessible}
            title={t("invitations.sheet.accessibleHint")}
            onChange={(event) => setAccessible(event.target.checked)}
          >
            {t("invitations.sheet.accessible")}
          </Checkbox>
          {run && <p role="status">{t("invitations.sheet.summary", { ...run })}</p>}
          <Button
            type="primary"
            icon={<PrinterOutlined />}
            disabled={!run || isBusy}
            loading={isBusy}
            onClick={() => run && void print(run)}
          >
            {t("invitations.sheet.print")}
          </Button>
          <div className="sheets-files">
            <Button
              icon={<FilePdfOutlined />}
              disabled={!run || isBusy}
              onClick={() => run && void save(run)}
            >
              {t("invitations.sheet.save")}
            </Button>
            <Dropdown
              trigger={["click"]}
              disabled={!run || isBusy}
              menu={{
                items: (["png", "svg"] as const).map((key) => ({
                  key,
                  label: t(`invitations.sheet.pictureKinds.${key}`),
                })),
                onClick: ({ key }) => run && void savePictures(run, key),
              }}
            >
              <Button icon={<FileImageOutlined />}>{t("invitations.sheet.pictures")}</Button>
            </Dropdown>
          </div>
          {isBusy && progress && (
            <div className="sheets-progress">
              <p role="status" className="quiet">
                {t("invitations.sheet.progress", { ...progress })}
              </p>
              <Button size="small" onClick={() => run && void client.cancelJob({ job: run.run })}>
                {t("shell.common.cancel")}
              </Button>
            </div>
          )}
        </div>
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
            {leftOut.length > 0 || isOnlyUnprinted ? (
              <Button
                type="primary"
                onClick={() => {
                  setLeftOut([]);
                  setOnlyUnprinted(false);
                }}
              >
                {t(`invitations.sheet.${isOnlyUnprinted ? "printedToo" : "putAllBack"}`)}
              </Button>
            ) : (
              <Button type="primary" onClick={onClose}>
                {t("invitations.sheet.toInvitations")}
              </Button>
            )}
          </Empty>
        ) : run ? (
          <SheetPages run={run} clickMeans={clickMeans} onChoose={choose} />
        ) : (
          <div className="sheets-wait" role="status">
            <Spin /> {t("invitations.sheet.preparing")}
          </div>
        )}
      </div>
      {paper && <CheckRun paper={paper} onClose={() => setPaper(null)} />}
      {shownPrinter && (
        <PrinterDialog
          settings={shownPrinter}
          layout={layout}
          language={language}
          isOnlyOne={printers?.all.length === 1}
          onKept={(id) => setPrinter(id ?? undefined)}
          onClose={() => setShownPrinter(null)}
        />
      )}
    </div>
  );
};
