import { Alert, Checkbox, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  OpenedPicture,
  PhotoPlan,
  PhotoPlanChange,
  PhotosApplied,
  PhotoVerdict,
  PlannedPhoto,
} from "@/generated/types";
import { client } from "@/host";
import { CropDialog } from "@/kit/photo/CropDialog";
import { PlanFoot } from "@/kit/plan/PlanFoot";
import { PlanList } from "@/kit/plan/PlanList";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { newJob } from "./job";
import { PhotoRow } from "./PhotoRow";

const PAGE = 100;
const ROW_HEIGHT = 98;

const VERDICTS: PhotoVerdict[] = ["matched", "known", "ambiguous", "unmatched", "repeated", "unusable"];
/** Those that a person has to look at. */
const ASKED: PhotoVerdict[] = ["ambiguous", "unmatched"];

/** Whose photo each file will be, before anything is changed. */
export const ReviewStep = ({
  plan,
  onPlan,
  onBack,
  onApplied,
}: {
  plan: PhotoPlan;
  onPlan: (plan: PhotoPlan) => void;
  onBack: () => void;
  onApplied: (applied: PhotosApplied) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { counts } = plan;
  const [chosen, setChosen] = useState<PhotoVerdict | null>(null);
  const isThere = (word: PhotoVerdict) => counts[word] > 0;
  // Where the last of a list was answered, the next question is shown.
  const others = chosen === null ? VERDICTS : [...ASKED, ...VERDICTS];
  const verdict = chosen !== null && isThere(chosen) ? chosen : (others.find(isThere) ?? "matched");
  const [adjusted, setAdjusted] = useState<{ row: PlannedPhoto; opened: OpenedPicture } | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));
  /** Rises with every change, so that what is shown is asked for again. */
  const [changes, setChanges] = useState(0);

  const change = async (wanted: PhotoPlanChange) => {
    const answer = await act(() => client.changePhotoPlan({ plan: plan.plan, change: wanted }));
    if (!answer) return;
    setChanges((now) => now + 1);
    onPlan(answer);
  };
  const adjust = async (row: PlannedPhoto) => {
    const source = { from: "planned", plan: plan.plan, row: row.row } as const;
    const opened = await act(() => client.openPicture({ source }));
    if (opened) setAdjusted({ row, opened });
  };
  const closeCrop = () => {
    if (adjusted) void client.closePicture({ picture: adjusted.opened.picture }).catch(() => undefined);
    setAdjusted(null);
  };
  const apply = async () => {
    const name = newJob();
    setJob(name);
    const answer = await act(() => client.applyPhotos({ plan: plan.plan, job: name }));
    setJob(null);
    if (answer) onApplied(answer);
  };

  const shown = VERDICTS.filter((word) => isThere(word) || word === "matched");
  const asked = ASKED.reduce((sum, word) => sum + counts[word], 0);
  return (
    <>
      <div className="plan-facts">
        <Segmented<PhotoVerdict>
          aria-label={t("photos.filter")}
          value={verdict}
          onChange={setChosen}
          options={shown.map((word) => ({
            value: word,
            label: `${t(`photos.verdicts.${word}`)} ${counts[word]}`,
          }))}
        />
        {plan.passed_over > 0 && (
          <span className="quiet">{t("photos.passedOver", { count: plan.passed_over })}</span>
        )}
      </div>
      <p className="quiet photos-note">{t("photos.cropNote")}</p>
      {plan.is_cut && <Alert type="warning" showIcon title={t("photos.cut")} />}
      {asked > 0 && <Alert type="info" showIcon title={t("photos.asked", { count: asked })} />}
      {counts.known > 0 && (
        <Checkbox
          checked={plan.replaces}
          onChange={(event) => void change({ change: "replace", replaces: event.target.checked })}
        >
          {t("photos.replace", { count: counts.known })}
        </Checkbox>
      )}
      <PlanList<PlannedPhoto>
        of={{ list: ["photos", plan.plan, verdict], state: changes }}
        load={(start) => client.photoPlanPage({ plan: plan.plan, verdict, start, count: PAGE })}
        total={counts[verdict]}
        keyOf={(row) => row.row}
        label={t(`photos.verdicts.${verdict}`)}
        nothing={t("photos.nothingHere")}
        height={ROW_HEIGHT}
        className="photo-row"
      >
        {(row) => (
          <PhotoRow plan={plan.plan} row={row} replaces={plan.replaces} onChange={change} onAdjust={adjust} />
        )}
      </PlanList>
      <PlanFoot
        label={counts.to_set > 0 ? t("photos.apply", { count: counts.to_set }) : t("photos.applyNothing")}
        isApplying={job !== null}
        canApply={counts.to_set > 0}
        progress={progress}
        applying={t("photos.applying", progress ?? { done: 0, total: 0 })}
        stop={t("shell.common.cancel")}
        onBack={onBack}
        onStop={() => void act(async () => (job === null ? undefined : client.cancelJob({ job })))}
        onApply={() => void apply()}
      />
      {adjusted && (
        <CropDialog
          key={adjusted.opened.picture}
          opened={adjusted.opened}
          title={t("photo.cropTitle", { name: adjusted.row.member?.name ?? adjusted.row.file })}
          onTake={(crop) => {
            closeCrop();
            void change({ change: "crop", row: adjusted.row.row, crop });
          }}
          onClose={closeCrop}
        />
      )}
    </>
  );
};
