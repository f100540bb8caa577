import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "@ant-design/icons";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { LayoutItem } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { DATA_WORDS, newText, OWN_WORDS } from "./content";
import { Choice, ColourField, Labelled, NumberField } from "./fields";

type Text = Extract<LayoutItem, { kind: "text" }>;

/** The texts of a box, one under the other. */
export const ItemFields = ({
  items,
  used,
  onChange,
  onLeave,
}: {
  items: LayoutItem[];
  used: readonly string[];
  /** `about` the same as before: one step with it. */
  onChange: (items: LayoutItem[], about: string | null) => void;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  const put = (index: number, item: LayoutItem, about: string | null) =>
    onChange(
      items.map((one, at) => (at === index ? item : one)),
      about && `${about} ${index}`,
    );
  const move = (index: number, by: 1 | -1) => {
    const moved = [...items];
    const [one] = moved.splice(index, 1);
    if (one) moved.splice(index + by, 0, one);
    onChange(moved, null);
  };
  const add = (item: LayoutItem) => onChange([...items, item], null);

  return (
    <>
      {items.map((item, index) => {
        const number = index + 1;
        return (
          <fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: a text is known by its place alone
            key={index}
            className="layouts-item"
            aria-label={t("layouts.designer.item", { number })}
          >
            <div className="layouts-item-head">
              <strong>
                {item.kind === "text"
                  ? t("layouts.designer.item", { number })
                  : t(`layouts.designer.${item.kind}`)}
              </strong>
              <ToolButton
                label={t("layouts.designer.up", { number })}
                icon={<ArrowUpOutlined />}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <ToolButton
                label={t("layouts.designer.down", { number })}
                icon={<ArrowDownOutlined />}
                disabled={index === items.length - 1}
                onClick={() => move(index, 1)}
              />
              <ToolButton
                label={t("layouts.designer.removeItem", { number })}
                icon={<DeleteOutlined />}
                disabled={items.length === 1}
                onClick={() =>
                  onChange(
                    items.filter((_, at) => at !== index),
                    null,
                  )
                }
              />
            </div>
            {item.kind === "text" && (
              <TextFields
                item={item}
                used={used}
                onChange={(next, about) => put(index, next, about)}
                onLeave={onLeave}
              />
            )}
            {item.kind === "rule" && (
              <>
                <div className="layouts-pair">
                  <NumberField
                    label={t("layouts.designer.thick")}
                    value={item.thick_pt}
                    min={0.1}
                    max={20}
                    onChange={(thick_pt) => put(index, { ...item, thick_pt }, "thick")}
                    onLeave={onLeave}
                  />
                  <NumberField
                    label={t("layouts.designer.gap")}
                    value={item.gap_pt}
                    min={0}
                    max={200}
                    onChange={(gap_pt) => put(index, { ...item, gap_pt }, "gap")}
                    onLeave={onLeave}
                  />
                </div>
                <ColourField
                  value={item.ink}
                  used={used}
                  onChange={(ink) => put(index, { ...item, ink }, "ink")}
                  onLeave={onLeave}
                />
              </>
            )}
          </fieldset>
        );
      })}
      <div className="layouts-acts">
        <ToolButton
          label={t("layouts.designer.addText")}
          shows="label"
          look="outlined"
          onClick={() => add(newText(t("layouts.designer.text")))}
        />
        <ToolButton
          label={t("layouts.designer.addRule")}
          shows="label"
          look="outlined"
          onClick={() => add({ kind: "rule", thick_pt: 0.36, gap_pt: 2, ink: "#BEBEBE" })}
        />
        <ToolButton
          label={t("layouts.designer.addSpace")}
          shows="label"
          look="outlined"
          disabled={items.some((one) => one.kind === "space")}
          onClick={() => add({ kind: "space" })}
        />
      </div>
    </>
  );
};

const TextFields = ({
  item,
  used,
  onChange,
  onLeave,
}: {
  item: Text;
  used: readonly string[];
  onChange: (item: Text, about: string | null) => void;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const [least, most] = item.size_pt;
  /** The word where the caret stands. */
  const insert = (word: string) => {
    const at = area.current?.selectionStart ?? item.text.length;
    const end = area.current?.selectionEnd ?? at;
    onChange({ ...item, text: `${item.text.slice(0, at)}{${word}}${item.text.slice(end)}` }, null);
    area.current?.focus();
  };
  return (
    <>
      <Labelled label={t("layouts.designer.text")}>
        {(id) => (
          <textarea
            id={id}
            ref={area}
            className="field"
            rows={2}
            maxLength={2000}
            value={item.text}
            aria-describedby={`${id}-hint`}
            onChange={(event) => onChange({ ...item, text: event.target.value }, "text")}
            onBlur={onLeave}
          />
        )}
      </Labelled>
      <Labelled label={t("layouts.designer.insert")}>
        {(id) => (
          <select id={id} className="field" value="" onChange={(event) => insert(event.target.value)}>
            <option value="" disabled>
              {t("layouts.designer.insertHint")}
            </option>
            <optgroup label={t("layouts.designer.dataGroup")}>
              {DATA_WORDS.map((word) => (
                <option key={word} value={word}>
                  {t(`layouts.designer.words.${word}`)}
                </option>
              ))}
            </optgroup>
            <optgroup label={t("layouts.designer.ownGroup")}>
              {OWN_WORDS.map((word) => (
                <option key={word} value={`words.${word}`}>
                  {t(`layouts.designer.ownWords.${word}`)}
                </option>
              ))}
            </optgroup>
          </select>
        )}
      </Labelled>
      <div className="layouts-pair">
        <NumberField
          label={t("layouts.designer.sizeLeast")}
          value={least}
          min={3.5}
          max={200}
          step={0.5}
          onChange={(size) => onChange({ ...item, size_pt: [size, Math.max(size, most)] }, "least")}
          onLeave={onLeave}
        />
        <NumberField
          label={t("layouts.designer.sizeMost")}
          value={most}
          min={3.5}
          max={200}
          step={0.5}
          onChange={(size) => onChange({ ...item, size_pt: [Math.min(size, least), size] }, "most")}
          onLeave={onLeave}
        />
        <NumberField
          label={t("layouts.designer.lines")}
          value={item.lines}
          min={1}
          max={60}
          step={1}
          onChange={(lines) => onChange({ ...item, lines: Math.round(lines) }, "lines")}
          onLeave={onLeave}
        />
        <NumberField
          label={t("layouts.designer.leading")}
          value={item.leading}
          min={0.8}
          max={4}
          onChange={(leading) => onChange({ ...item, leading }, "leading")}
          onLeave={onLeave}
        />
        <NumberField
          label={t("layouts.designer.gap")}
          value={item.gap_pt}
          min={0}
          max={200}
          onChange={(gap_pt) => onChange({ ...item, gap_pt }, "gap")}
          onLeave={onLeave}
        />
        <label className="layouts-check">
          <input
            type="checkbox"
            checked={item.keep === "shrinks_last"}
            onChange={(event) =>
              onChange({ ...item, keep: event.target.checked ? "shrinks_last" : "shrinks" }, null)
            }
          />
          {t("layouts.designer.keep")}
        </label>
      </div>
      <Choice
        label={t("layouts.designer.flow")}
        value={item.flow}
        words={t("layouts.designer.flows", { returnObjects: true })}
        onChange={(flow) => onChange({ ...item, flow }, null)}
      />
      <ColourField
        value={item.ink}
        used={used}
        onChange={(ink) => onChange({ ...item, ink }, "ink")}
        onLeave={onLeave}
      />
    </>
  );
};
