import { Button, Drawer, Input, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearPlan, YearPupilChoice } from "@/generated/types";
import { useEscape } from "@/kit/useEscape";
import type { Change } from "./PlanStep";
import { PupilList } from "./PupilList";

type Fate = YearPupilChoice["fate"] | "with_class";

/** The pupils of one class, and exceptions for some of them. */
export const ClassPupils = ({
  plan,
  id,
  onChange,
  onClose,
}: {
  plan: YearPlan;
  id: string;
  onChange: Change;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [fate, setFate] = useState<Fate>("repeat");
  const [into, setInto] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const one = plan.classes.find((found) => found.id === id);
  const name = one ? one.name_before || one.name_after : "";
  const open = plan.classes.filter((other) => other.fate !== "dissolved" && other.id !== id);

  // A button that is done with loses the focus; the drawer by itself hears Esc only from within.
  useEscape(onClose);

  const toggle = (pupil: string) => {
    const next = new Set(chosen);
    if (!next.delete(pupil)) next.add(pupil);
    setChosen(next);
  };
  const choice = (): YearPupilChoice | null => {
    switch (fate) {
      case "with_class":
        return null;
      case "repeat":
        return { fate, class: into };
      case "class":
        return { fate, class: into ?? "" };
      case "transfer":
        return { fate, note };
      default:
        return { fate };
    }
  };
  const decide = async () => {
    if (await onChange({ what: "pupils", pupils: [...chosen], choice: choice() })) setChosen(new Set());
  };

  return (
    <Drawer open title={t("year.pupilsOf", { name })} size={640} onClose={onClose} className="year-drawer">
      <Input.Search
        aria-label={t("year.findPupil")}
        placeholder={t("year.findPupil")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        allowClear
      />
      <PupilList
        plan={plan}
        classId={id}
        fate={null}
        text={text}
        label={t("year.pupilsOf", { name })}
        chosen={chosen}
        onToggle={toggle}
      />
      <div className="year-decide">
        <Select<Fate>
          aria-label={t("year.decide")}
          value={fate}
          onChange={(next) => {
            setFate(next);
            setInto(null);
          }}
          options={(["with_class", "repeat", "class", "suspend", "leave", "transfer"] as const).map(
            (word) => ({
              value: word,
              label: t(`year.choice.${word}`),
            }),
          )}
          className="year-select"
        />
        {(fate === "class" || fate === "repeat") && (
          <Select
            aria-label={t("year.toClass")}
            placeholder={t(fate === "repeat" ? "year.repeatDefault" : "year.toClass")}
            value={into}
            onChange={setInto}
            allowClear={fate === "repeat"}
            showSearch={{ optionFilterProp: "label" }}
            options={open.map((other) => ({ value: other.id, label: other.path_after }))}
            className="year-class"
          />
        )}
        {fate === "transfer" && (
          <Input
            aria-label={t("year.transferNote")}
            placeholder={t("year.transferNote")}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
        <Button
          type="primary"
          disabled={chosen.size === 0 || (fate === "class" && into === null)}
          onClick={() => void decide()}
        >
          {t("year.decideCount", { count: chosen.size })}
        </Button>
      </div>
    </Drawer>
  );
};
