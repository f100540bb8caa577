import { Alert, Button, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/kit/Dialog";
import { base64Of } from "./base64";

type Trouble = "none" | "refused" | "missing" | "busy" | "failed";

/** What went wrong, by the names of W3C Media Capture and Streams, 10.2. */
const troubleOf = (thrown: unknown): Trouble => {
  switch (thrown instanceof DOMException ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
};

/** Takes a picture with a camera of this computer. */
export const CameraDialog = ({
  name,
  onTaken,
  onClose,
}: {
  name: string;
  /** A JPEG in Base64. */
  onTaken: (base64: string) => void;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const shutter = useRef<HTMLButtonElement>(null);
  const [trouble, setTrouble] = useState<Trouble>("none");
  const [isReady, setReady] = useState(false);
  const [device, setDevice] = useState("");
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins anew
  useEffect(() => {
    let stream: MediaStream | null = null;
    let isCurrent = true;
    const size = { width: { ideal: 1280 }, height: { ideal: 960 } };
    const begin = async () => {
      setReady(false);
      setTrouble("none");
      // A web view without cameras does not even have the door to them.
      if (!navigator.mediaDevices?.getUserMedia) return setTrouble("missing");
      try {
        const wanted =
          device === "" ? { ...size, facingMode: "user" } : { ...size, deviceId: { exact: device } };
        stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
        if (!isCurrent || !video.current) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        setReady(true);
        shutter.current?.focus();
        const all = await navigator.mediaDevices.enumerateDevices();
        if (isCurrent) setDevices(all.filter((one) => one.kind === "videoinput"));
      } catch (thrown) {
        if (isCurrent) setTrouble(troubleOf(thrown));
      }
    };
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void begin();
    return () => {
      isCurrent = false;
      stop();
    };
  }, [device, attempt]);

  const take = async () => {
    const shown = video.current;
    if (!shown || shown.videoWidth === 0) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [shown.videoWidth, shown.videoHeight];
    canvas.getContext("2d")?.drawImage(shown, 0, 0);
    const blob = await new Promise<Blob | null>((taken) => canvas.toBlob(taken, "image/jpeg", 0.92));
    if (blob) onTaken(await base64Of(blob));
  };

  return (
    <Dialog
      open
      width={720}
      title={t("photo.cameraTitle", { name })}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {t("shell.common.cancel")}
        </Button>,
        trouble === "none" ? (
          <Button key="take" ref={shutter} type="primary" disabled={!isReady} onClick={() => void take()}>
            {t("photo.shoot")}
          </Button>
        ) : (
          <Button key="retry" type="primary" onClick={() => setAttempt((now) => now + 1)}>
            {t("shell.common.retry")}
          </Button>
        ),
      ]}
    >
      {trouble !== "none" ? (
        <Alert
          type="warning"
          showIcon
          title={t(`photo.camera.${trouble}`)}
          description={t(`photo.cameraStep.${trouble}`)}
        />
      ) : (
        <>
          <div className="camera">
            <video ref={video} playsInline muted aria-label={t("photo.live")} />
            <span className="camera-frame" aria-hidden="true" />
            {!isReady && (
              <span className="camera-wait" role="status">
                <Spin /> {t("photo.starting")}
              </span>
            )}
          </div>
          <p className="quiet">{t("photo.cameraHelp")}</p>
          {devices.length > 1 && (
            <select
              className="field is-open"
              aria-label={t("photo.whichCamera")}
              value={device}
              onChange={(event) => setDevice(event.target.value)}
            >
              <option value="">{t("photo.anyCamera")}</option>
              {devices.map((one, place) => (
                <option key={one.deviceId} value={one.deviceId}>
                  {one.label || t("photo.numberedCamera", { number: place + 1 })}
                </option>
              ))}
            </select>
          )}
        </>
      )}
    </Dialog>
  );
};
