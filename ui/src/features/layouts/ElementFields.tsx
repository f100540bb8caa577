import {
  CopyOutlined,
  DeleteOutlined,
  PictureOutlined,
  VerticalAlignBottomOutlined,
  VerticalAlignTopOutlined,
} from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { LayoutBox, LayoutContent, LayoutElement } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { type At, changeElement, colours, elementAt, reorder, roomOf, setBox } from "./content";
import { Choice, ColourField, NumberField } from "./fields";
import { ItemFields } from "./ItemFields";
import { elementName } from "./names";

const MEASURES = ["x_mm", "y_mm", "width_mm", "height_mm"] as const;

/** Everything of the chosen box by fields. */
export const ElementFields = ({
  content,
  at,
  onContent,
  onChoose,
  onLeave,
  onRemove,
  onDuplicate,
  onPicture,
  house,
}: {
  content: LayoutContent;
  /** Colours of the organisation's other layouts. */
  house: readonly string[];
  at: At;
  onContent: (content: LayoutContent, about: string | null) => void;
  onChoose: (at: At) => void;
  onLeave: () => void;
  onRemove: () => void;
  onDuplicate: () => void;
  onPicture: () => void;
}) => {
  const { t } = useTranslation();
  const one = elementAt(content, at);
  if (!one) return null;
  const room = roomOf(content, at.part);
  const used = [...new Set([...colours(content), ...house])];
  const put = (change: Partial<LayoutElement>, about: string | null) =>
    onContent(
      changeElement(content, at, (before) => ({ ...before, ...change }) as LayoutElement),
      about,
    );
  const measure = (key: keyof LayoutBox, value: number) =>
    onContent(setBox(content, at, { ...one.box, [key]: value }), `${key} ${at.part} ${at.index}`);
  const order = (by: -1 | 1) => {
    onContent(reorder(content, at, by), null);
    onChoose({ ...at, index: at.index + by });
  };
  const last = content.design[at.part].length - 1;

  return (
    <>
      <div className="layouts-item-head">
        <h2>{elementName(t, one)}</h2>
        <ToolButton
          label={t("layouts.designer.backward")}
          icon={<VerticalAlignBottomOutlined />}
          disabled={at.index === 0}
          onClick={() => order(-1)}
        />
        <ToolButton
          label={t("layouts.designer.forward")}
          icon={<VerticalAlignTopOutlined />}
          disabled={at.index === last}
          onClick={() => order(1)}
        />
        <ToolButton
          label={t("layouts.designer.duplicate")}
          icon={<CopyOutlined />}
          disabled={one.kind === "code"}
          shortcut="Mod+D"
          onClick={onDuplicate}
        />
        <ToolButton
          label={t("layouts.designer.remove")}
          icon={<DeleteOutlined />}
          shortcut="Delete"
          onClick={onRemove}
        />
      </div>
      <h3>{t("layouts.designer.place")}</h3>
      <div className="layouts-pair">
        {MEASURES.map((key) => (
          <NumberField
            key={key}
            label={t(`layouts.designer.${key}`)}
            value={one.box[key]}
            min={key === "width_mm" || key === "height_mm" ? 0.1 : 0}
            max={key === "x_mm" || key === "width_mm" ? room.width_mm : room.height_mm}
            onChange={(value) => measure(key, value)}
            onLeave={onLeave}
          />
        ))}
      </div>
      {(one.kind === "bar" || one.kind === "frame") && (
        <ColourField
          value={one.ink}
          used={used}
          onChange={(ink) => put({ ink }, `ink ${at.part} ${at.index}`)}
          onLeave={onLeave}
        />
      )}
      {one.kind === "picture" && (
        <>
          <ToolButton
            label={t("layouts.designer.choosePicture")}
            icon={<PictureOutlined />}
            shows="label"
            look="outlined"
            onClick={onPicture}
          />
          <p className="quiet">{t("layouts.designer.pictureNote")}</p>
        </>
      )}
      {one.kind === "texts" && (
        <>
          <div className="layouts-pair">
            <Choice
              label={t("layouts.designer.align")}
              value={one.align}
              words={t("layouts.designer.aligns", { returnObjects: true })}
              onChange={(align) => put({ align }, null)}
            />
            <Choice
              label={t("layouts.designer.stand")}
              value={one.stand}
              words={t("layouts.designer.stands", { returnObjects: true })}
              onChange={(stand) => put({ stand }, null)}
            />
          </div>
          <p className="quiet">{t("layouts.designer.textHint")}</p>
          <ItemFields
            items={one.items}
            used={used}
            onChange={(items, about) => put({ items }, about && `${about} ${at.part} ${at.index}`)}
            onLeave={onLeave}
          />
        </>
      )}
    </>
  );
};
