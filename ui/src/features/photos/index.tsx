import { Steps } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhotoPlan, PhotosApplied } from "@/generated/types";
import { client } from "@/host";
import { ChooseStep } from "./ChooseStep";
import { DoneStep } from "./DoneStep";
import "./photos.css";
import { ReviewStep } from "./ReviewStep";

/** From a folder of pictures to photos of members: folder, review, done. */
const Photos = () => {
  const { t } = useTranslation();
  const [plan, setPlan] = useState<PhotoPlan | null>(null);
  const [applied, setApplied] = useState<PhotosApplied | null>(null);

  // The plan is let go when the page is left or another is made.
  const open = plan?.plan;
  useEffect(() => {
    if (open === undefined) return;
    return () => void client.closePhotoPlan({ plan: open }).catch(() => undefined);
  }, [open]);

  const begin = (made: PhotoPlan | null) => {
    setPlan(made);
    setApplied(null);
  };
  const step = applied ? 2 : plan ? 1 : 0;
  return (
    <div className="page photos-page">
      <header className="page-head">
        <h1>{t("photos.title")}</h1>
        <Steps
          size="small"
          current={step}
          items={(["choose", "review", "done"] as const).map((key) => ({ title: t(`photos.steps.${key}`) }))}
        />
      </header>
      {step === 0 && <ChooseStep onPlan={begin} />}
      {plan && step === 1 && (
        <ReviewStep plan={plan} onPlan={setPlan} onBack={() => begin(null)} onApplied={setApplied} />
      )}
      {applied && <DoneStep applied={applied} onAnother={() => begin(null)} />}
    </div>
  );
};

export default Photos;
