import { Button, Slider } from "antd";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OpenedPicture, PhotoCrop } from "@/generated/types";
import { heightOf, inside, moved, narrowest, resized, widest } from "./crop";
import "./photo.css";
import { Dialog } from "@/kit/Dialog";

const STEP = 0.01;
const LONG_STEP = 0.05;
const MOVES: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const percent = (part: number) => `${part * 100}%`;

/** Chooses the part of a picture that becomes the photo: by mouse, finger or keys. */
export const CropDialog = ({
  opened,
  title,
  isBusy = false,
  again,
  onTake,
  onClose,
}: {
  opened: OpenedPicture;
  title: string;
  isBusy?: boolean;
  /** Another picture instead of this one. */
  again?: { label: string; onClick: () => void };
  onTake: (crop: PhotoCrop) => void;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const help = useId();
  const [crop, setCrop] = useState(() => inside(opened.crop, opened));
  const held = useRef<{ x: number; y: number; crop: PhotoCrop } | null>(null);
  const field = useRef<HTMLDivElement>(null);
  const height = heightOf(crop, opened);

  const onKey = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    const step = event.shiftKey ? LONG_STEP : STEP;
    if (move) setCrop((now) => moved(now, move[0] * step, move[1] * step, opened));
    else if (event.key === "+" || event.key === "=")
      setCrop((now) => resized(now, now.width * (1 - step), opened));
    else if (event.key === "-") setCrop((now) => resized(now, now.width * (1 + step), opened));
    else return;
    event.preventDefault();
  };
  const onDown = (event: PointerEvent<HTMLElement>) => {
    held.current = { x: event.clientX, y: event.clientY, crop };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent<HTMLElement>) => {
    const box = field.current?.getBoundingClientRect();
    const from = held.current;
    if (!from || !box) return;
    const right = (event.clientX - from.x) / box.width;
    const down = (event.clientY - from.y) / box.height;
    setCrop(moved(from.crop, right, down, opened));
  };

  const shown: CSSProperties = {
    left: percent(-crop.x / crop.width),
    top: percent(-crop.y / height),
    width: percent(1 / crop.width),
  };
  const zoomOf = (width: number) => Math.round((widest(opened) / width) * 100);
  return (
    <Dialog
      open
      width={760}
      title={title}
      onCancel={onClose}
      footer={[
        again && (
          <Button key="again" className="crop-again" onClick={again.onClick} disabled={isBusy}>
            {again.label}
          </Button>
        ),
        <Button key="cancel" onClick={onClose}>
          {t("shell.common.cancel")}
        </Button>,
        <Button key="take" type="primary" loading={isBusy} onClick={() => onTake(crop)}>
          {t("photo.take")}
        </Button>,
      ]}
    >
      <div className="crop">
        <div className="crop-field" ref={field} style={{ aspectRatio: `${opened.width} / ${opened.height}` }}>
          <img src={opened.preview} alt={t("photo.source")} draggable={false} />
          <div
            role="application"
            className="crop-frame"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
            tabIndex={0}
            aria-label={t("photo.frame")}
            aria-describedby={help}
            style={{
              left: percent(crop.x),
              top: percent(crop.y),
              width: percent(crop.width),
              height: percent(height),
            }}
            onKeyDown={onKey}
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={() => {
              held.current = null;
            }}
            onPointerCancel={() => {
              held.current = null;
            }}
            onWheel={(event) =>
              setCrop((now) => resized(now, now.width * (event.deltaY > 0 ? 1.05 : 0.95), opened))
            }
            data-first
          />
        </div>
        <div className="crop-side">
          <div className="crop-result" aria-hidden="true">
            <img src={opened.preview} alt="" style={shown} draggable={false} />
          </div>
          <p id={help} className="quiet">
            {t("photo.help")}
          </p>
          <div className="crop-zoom">
            <span>{t("photo.zoom")}</span>
            <Slider
              min={100}
              max={zoomOf(narrowest(opened))}
              value={zoomOf(crop.width)}
              step={1}
              tooltip={{ open: false }}
              ariaLabelForHandle={t("photo.zoom")}
              onChange={(zoom) => setCrop((now) => resized(now, (widest(opened) * 100) / zoom, opened))}
            />
          </div>
          <p className="crop-note" role="status">
            {crop.width < opened.sharp_width * 0.999 || opened.sharp_width >= 1 ? t("photo.blurred") : ""}
          </p>
        </div>
      </div>
    </Dialog>
  );
};
