import { CameraOutlined, DeleteOutlined, EyeOutlined, FileImageOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { OpenedPicture, PictureSource } from "@/generated/types";
import { client, host } from "@/host";
import { ContextMenu, type MenuPlace } from "@/kit/ContextMenu";
import { Dialog } from "@/kit/Dialog";
import { CropDialog } from "@/kit/photo/CropDialog";
import { Portrait } from "@/kit/photo/Portrait";
import { useAct } from "@/session/act";
import { useSmallPhoto } from "@/session/photos";
import { queryClient } from "@/session/queries";
import { useSession } from "@/session/store";
import { CameraDialog } from "./CameraDialog";

export const PICTURE_ENDINGS = ["jpg", "jpeg", "png", "webp"];

type Step =
  | { at: "rest" }
  | { at: "reading" }
  | { at: "camera" }
  | { at: "crop"; opened: OpenedPicture; from: "file" | "camera" }
  | { at: "looking" };

/** The member's photo: seen, taken from a file or the camera, taken away. */
export const Photo = ({ member, name, hash }: { member: string; name: string; hash: string }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const small = useSmallPhoto(hash);
  const button = useRef<HTMLButtonElement>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [step, setStep] = useState<Step>({ at: "rest" });
  const [isBusy, setBusy] = useState(false);
  const dropped = useSession((now) => now.droppedPictures);

  const rest = useCallback(() => {
    setStep({ at: "rest" });
    window.setTimeout(() => button.current?.focus());
  }, []);

  const open = useCallback(
    async (source: PictureSource, from: "file" | "camera") => {
      setStep({ at: "reading" });
      const opened = await act(() => client.openPicture({ source }));
      if (opened) setStep({ at: "crop", opened, from });
      else rest();
    },
    [act, rest],
  );

  // One picture dropped on the window while somebody is shown is theirs.
  useEffect(() => {
    useSession.setState({ takesPicture: true });
    return () => useSession.setState({ takesPicture: false });
  }, []);
  useEffect(() => {
    const [path] = dropped ?? [];
    if (dropped?.length !== 1 || path === undefined) return;
    useSession.setState({ droppedPictures: null });
    void open({ from: "file", path }, "file");
  }, [dropped, open]);

  const pick = async () => {
    const path = await host.pickFile(t("photo.pickTitle", { name }), [
      { name: t("photo.kind"), endings: PICTURE_ENDINGS },
    ]);
    if (path === null) rest();
    else await open({ from: "file", path }, "file");
  };

  const done = async (work: () => Promise<unknown>) => {
    setBusy(true);
    const answer = await act(work);
    setBusy(false);
    if (answer === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ["member", member] });
    rest();
  };
  const letGo = (opened: OpenedPicture) => {
    void client.closePicture({ picture: opened.picture }).catch(() => undefined);
    rest();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className="panel-photo"
        aria-haspopup="menu"
        aria-label={t(hash === "" ? "photo.add" : "photo.change", { name })}
        title={t(hash === "" ? "photo.add" : "photo.change", { name })}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setMenu({ x_px: box.left, y_px: box.bottom + 4 });
        }}
      >
        {step.at === "reading" ? <Spin size="small" /> : <Portrait address={small} label="" />}
      </button>
      {menu && (
        <ContextMenu
          at={menu}
          label={t("photo.title")}
          onClose={() => setMenu(null)}
          items={[
            ...(hash === ""
              ? []
              : [
                  {
                    key: "look",
                    label: t("photo.look"),
                    icon: <EyeOutlined />,
                    run: () => setStep({ at: "looking" }),
                  },
                ]),
            { key: "file", label: t("photo.fromFile"), icon: <FileImageOutlined />, run: () => void pick() },
            {
              key: "camera",
              label: t("photo.fromCamera"),
              icon: <CameraOutlined />,
              run: () => setStep({ at: "camera" }),
            },
            ...(hash === ""
              ? []
              : [
                  {
                    key: "remove",
                    label: t("photo.remove"),
                    icon: <DeleteOutlined />,
                    isDanger: true,
                    run: () => void done(() => client.removePhoto({ id: member })),
                  },
                ]),
          ]}
        />
      )}
      {step.at === "camera" && (
        <CameraDialog
          name={name}
          onTaken={(base64) => void open({ from: "bytes", base64 }, "camera")}
          onClose={rest}
        />
      )}
      {step.at === "crop" && (
        <CropDialog
          key={step.opened.picture}
          opened={step.opened}
          title={t("photo.cropTitle", { name })}
          isBusy={isBusy}
          again={
            step.from === "camera"
              ? { label: t("photo.takeAgain"), onClick: () => setStep({ at: "camera" }) }
              : { label: t("photo.otherFile"), onClick: () => void pick() }
          }
          onTake={(crop) => void done(() => client.setPhoto({ member, picture: step.opened.picture, crop }))}
          onClose={() => letGo(step.opened)}
        />
      )}
      {step.at === "looking" && <Look hash={hash} name={name} onClose={rest} />}
    </>
  );
};

/** The photo whole; it comes from the service when it is not here. */
const Look = ({ hash, name, onClose }: { hash: string; name: string; onClose: () => void }) => {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["photo", hash],
    queryFn: () => client.photo({ hash }),
    staleTime: 0,
    gcTime: 0,
  });
  const trouble = error ? explain(error, i18n.language) : null;
  return (
    <Dialog open title={name} footer={null} width={420} onCancel={onClose}>
      <div className="photo-look">
        <Portrait address={data?.data ?? null} label={t("photo.of", { name })} size="large" />
        {!data && !error && <Spin />}
        {data?.data === null && <p role="status">{t("photo.gone")}</p>}
        {trouble && (
          <p role="alert">
            {trouble.what} {trouble.step}
          </p>
        )}
      </div>
    </Dialog>
  );
};
