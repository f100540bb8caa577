import { App, Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { isFailure } from "@/failure";
import type { LayoutRow } from "@/generated/types";
import { client, host } from "@/host";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";

const KINDS = [{ name: "JSON", endings: ["json"] }];

/** Which paper, and what stands on it: the shipped layouts and one's own. */
export const LayoutSelect = ({
  layouts,
  value,
  onChange,
}: {
  layouts: LayoutRow[];
  value: string;
  onChange: (id: string) => void;
}) => {
  const { t, i18n } = useTranslation();
  const { message, modal } = App.useApp();
  const { act, tell } = useAct();
  const name = (row: LayoutRow) => (i18n.language.startsWith("zh") ? row.name_zh : row.name_en);
  const chosen = layouts.find((row) => row.id === value);

  const read = async () => {
    const path = await host.pickFile(t("invitations.layout.read"), KINDS);
    if (path === null) return;
    try {
      const row = await client.keepLayout({ path });
      await queryClient.invalidateQueries({ queryKey: keys.layouts });
      onChange(row.id);
    } catch (thrown) {
      if (isFailure(thrown) && thrown.code === "layout_unusable") {
        const params: Record<string, string> = thrown.params ?? {};
        const place = params["place"] ?? "";
        const problem = params["problem"] ?? "";
        const words = t("invitations.layout.problems", { returnObjects: true }) as Record<string, string>;
        modal.error({
          title: t("invitations.layout.unusable"),
          content: `${place ? `${place}: ` : ""}${words[problem] ?? problem}`,
        });
      } else {
        tell(thrown);
      }
    }
  };
  const save = async () => {
    const path = await host.pickSavePath(t("invitations.layout.save"), `${value}.json`, KINDS);
    if (path === null) return;
    const saved = await act(() => client.saveLayout({ id: value, path }));
    if (saved) void message.success(t("invitations.sheet.saved", { path: saved.path }), 3);
  };
  const drop = async () => {
    await act(() => client.dropLayout({ id: value }));
    await queryClient.invalidateQueries({ queryKey: keys.layouts });
    onChange("avery-l7159");
  };

  return (
    <>
      <span className="quiet">{t("invitations.sheet.layout")}</span>
      <Select
        aria-label={t("invitations.sheet.layout")}
        value={value}
        onChange={onChange}
        popupMatchSelectWidth={420}
        options={layouts.map((row) => ({ value: row.id, label: name(row) }))}
      />
      <div className="sheets-layout-acts">
        <Button size="small" onClick={() => void read()}>
          {t("invitations.layout.read")}
        </Button>
        <Button size="small" onClick={() => void save()}>
          {t("invitations.layout.save")}
        </Button>
        {chosen?.is_own && (
          <Button size="small" onClick={() => void drop()}>
            {t("invitations.layout.drop")}
          </Button>
        )}
      </div>
    </>
  );
};
