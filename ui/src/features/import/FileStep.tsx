import { FileExcelOutlined } from "@ant-design/icons";
import { Button, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile } from "@/generated/types";
import { client, host } from "@/host";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { ImportHistory } from "./ImportHistory";

const ENDINGS = ["xlsx", "xlsm", "xls", "ods", "csv", "tsv", "txt", "et", "zip"];

/** Picks the file, by dialog or by a drop on the window. */
export const FileStep = ({
  droppedPath,
  onOpen,
}: {
  droppedPath: string | null;
  onOpen: (file: ImportFile) => void;
}) => {
  const { t } = useTranslation();
  const { tell } = useAct();
  const [isReading, setReading] = useState(false);

  const open = useCallback(
    async (path: string) => {
      setReading(true);
      try {
        onOpen(await client.openImport({ path }));
      } catch (thrown) {
        tell(thrown);
      } finally {
        setReading(false);
      }
    },
    [onOpen, tell],
  );

  useEffect(() => {
    if (droppedPath === null) return;
    useSession.setState({ droppedPath: null });
    void open(droppedPath);
  }, [droppedPath, open]);

  const pick = async () => {
    const path = await host.pickFile(t("importing.pickTitle"), [
      { name: t("importing.kind"), endings: ENDINGS },
    ]);
    if (path !== null) await open(path);
  };

  return (
    <>
      <section className="import-drop">
        <FileExcelOutlined />
        <p>{t("importing.lead")}</p>
        {isReading ? (
          <div role="status">
            <Spin size="small" /> {t("importing.reading")}
          </div>
        ) : (
          <p>
            {t("importing.drop")}{" "}
            <Button type="primary" onClick={() => void pick()} autoFocus>
              {t("importing.pick")}
            </Button>
          </p>
        )}
      </section>
      <ImportHistory />
    </>
  );
};
