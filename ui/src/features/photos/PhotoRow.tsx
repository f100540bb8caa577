import { useQuery } from "@tanstack/react-query";
import { Button, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { FoundMember, PhotoPlanChange, PlannedPhoto } from "@/generated/types";
import { client } from "@/host";
import { Portrait } from "@/kit/photo/Portrait";
import { MemberSelect } from "@/session/MemberSelect";
import { inTurn } from "./turns";

const personLine = (person: FoundMember) =>
  [person.name, person.card_number, person.department].filter(Boolean).join(" · ");

/** One file: what the photo will look like, whose it is, and what a person can do about it. */
export const PhotoRow = ({
  plan,
  row,
  replaces,
  onChange,
  onAdjust,
}: {
  plan: string;
  row: PlannedPhoto;
  replaces: boolean;
  onChange: (change: PhotoPlanChange) => Promise<void>;
  onAdjust: (row: PlannedPhoto) => Promise<void>;
}) => {
  const { t } = useTranslation();
  const isUsable = row.verdict !== "unusable";
  const isWaiting = row.is_left_out || (row.verdict === "known" && !replaces);
  const reasons: Record<string, string> = t("photos.reasons", { returnObjects: true });
  const choose = (member: string | null) => void onChange({ change: "choose", row: row.row, member });
  return (
    <>
      <Picture plan={plan} row={row} />
      <div className="photo-row-words" data-muted={isWaiting || undefined}>
        <span className="photo-file">{row.file}</span>
        {row.member && (
          <strong>
            {personLine(row.member)}
            {row.matched_by && <span className="tag">{t(`photos.matchedBy.${row.matched_by}`)}</span>}
          </strong>
        )}
        {row.reason !== null && (
          <span className="photo-reason">{reasons[row.reason] ?? reasons.unreadable}</span>
        )}
        {row.verdict === "repeated" && <span className="photo-reason">{t("photos.repeatedHint")}</span>}
        {row.is_left_out && <span className="quiet">{t("photos.leftOut")}</span>}
        {row.candidates.length > 0 && !row.member && (
          <Radio.Group
            className="photo-candidates"
            aria-label={t("photos.whose", { file: row.file })}
            onChange={(event) => choose(String(event.target.value))}
          >
            {row.candidates.map((person) => (
              <Radio key={person.id} value={person.id}>
                {personLine(person)}
              </Radio>
            ))}
          </Radio.Group>
        )}
        {isUsable && (!row.member || row.matched_by === "chosen") && (
          <MemberSelect
            chosen={row.member && { value: row.member.id, label: personLine(row.member) }}
            lineOf={personLine}
            label={t("photos.whose", { file: row.file })}
            placeholder={t("photos.choose")}
            hint={t("photos.chooseHint")}
            nobody={t("photos.nobody")}
            className="photo-member"
            onChange={choose}
          />
        )}
      </div>
      {isUsable && (
        <div className="photo-row-acts">
          <Button size="small" onClick={() => void onAdjust(row)}>
            {t(row.is_adjusted ? "photos.adjusted" : "photos.adjust")}
          </Button>
          {row.member && (
            <Button
              size="small"
              type="text"
              onClick={() =>
                void onChange({ change: row.is_left_out ? "take_in" : "leave_out", row: row.row })
              }
            >
              {t(row.is_left_out ? "photos.takeIn" : "photos.leaveOut")}
            </Button>
          )}
        </div>
      )}
    </>
  );
};

const Picture = ({ plan, row }: { plan: string; row: PlannedPhoto }) => {
  const { data } = useQuery({
    // The part that is taken may have been changed: `is_adjusted` alone does not tell twice.
    queryKey: ["planned-picture", plan, row.row, row.is_adjusted, row],
    queryFn: () => inTurn(() => client.plannedPictures({ plan, rows: [row.row] })),
    enabled: row.verdict !== "unusable",
    gcTime: 60_000,
  });
  return <Portrait address={data?.[0]?.data ?? null} label="" />;
};
