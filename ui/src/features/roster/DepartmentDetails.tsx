import { CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentDetail, FoundMember } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { countsOf, roleWord } from "./useDepartments";

const OFFERED = 8;

/** One department: what kind it is, who leads it, how many are in it. Every change is saved at once and can be undone. */
export const DepartmentDetails = ({
  id,
  onClose,
  onClosed,
}: {
  /** Null: closed. */
  id: string | null;
  onClose: () => void;
  onClosed: () => void;
}) => {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["department", id],
    queryFn: () => client.departmentDetail({ id: id ?? "" }),
    enabled: id !== null,
    placeholderData: (before) => before,
  });
  return (
    <Dialog
      open={id !== null}
      title={data?.path ?? ""}
      onCancel={onClose}
      footer={<ToolButton label={t("departments.close")} look="primary" shows="label" onClick={onClose} />}
      afterClose={onClosed}
      width={420}
    >
      {data && <Details detail={data} />}
    </Dialog>
  );
};

const Details = ({ detail }: { detail: DepartmentDetail }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const kindId = useId();
  const kinds = detail.kinds.includes(detail.kind) ? detail.kinds : [...detail.kinds, detail.kind];
  const words: Record<string, string> = t("choices.department_kind", { returnObjects: true });
  const department = detail.id;
  return (
    <div className="department-details">
      <div className="department-line">
        <label className="department-label" htmlFor={kindId}>
          {t("departments.kind")}
        </label>
        <select
          id={kindId}
          className="field"
          value={detail.kind}
          onChange={(event) =>
            void act(() => client.setDepartmentKind({ id: department, kind: event.target.value }))
          }
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {words[kind] ?? kind}
            </option>
          ))}
        </select>
      </div>
      <div className="department-line">
        <span className="department-label">{t("departments.members")}</span>
        <span>{countsOf(t, detail)}</span>
      </div>
      <section aria-label={t("departments.leaders")}>
        <h3>{t("departments.leaders")}</h3>
        {detail.leaders.length === 0 && <p className="quiet">{t("departments.noLeaders")}</p>}
        <ul className="department-leaders">
          {detail.leaders.map(({ member, name, role }) => (
            <li key={member}>
              <span className="department-leader">{name}</span>
              <select
                className="field"
                aria-label={t("departments.role", { name })}
                value={role}
                onChange={(event) =>
                  void act(() =>
                    client.setLeader({
                      department,
                      member,
                      role: event.target.value === "deputy" ? "deputy" : "head",
                    }),
                  )
                }
              >
                {(["head", "deputy"] as const).map((one) => (
                  <option key={one} value={one}>
                    {roleWord(t, detail.kind, one)}
                  </option>
                ))}
              </select>
              <ToolButton
                label={t("departments.endLeader", { name })}
                icon={<CloseOutlined />}
                onClick={() => void act(() => client.setLeader({ department, member, role: null }))}
              />
            </li>
          ))}
        </ul>
        {!detail.is_hidden && (
          <MemberFinder
            label={t("departments.addLeader")}
            onFound={(found) =>
              act(() =>
                client.setLeader({
                  department,
                  member: found.id,
                  role: detail.leaders.some((leader) => leader.role === "head") ? "deputy" : "head",
                }),
              )
            }
          />
        )}
      </section>
    </div>
  );
};

/** Finds a member by what is typed: arrows choose, Enter takes. */
const MemberFinder = ({ label, onFound }: { label: string; onFound: (found: FoundMember) => unknown }) => {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { data: hits } = useQuery({
    queryKey: ["department", "leaders", text],
    queryFn: () => client.findMembers({ text, limit: OFFERED }),
    enabled: text.trim() !== "",
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const isOpen = text.trim() !== "" && hits !== undefined;
  const shown = isOpen ? hits : [];
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const take = (found: FoundMember | undefined) => {
    if (!found) return;
    setText("");
    setActive(0);
    onFound(found);
  };
  return (
    <div className="department-finder">
      <input
        className="field"
        role="combobox"
        aria-label={label}
        aria-expanded={shown.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
        placeholder={t("departments.findLeader")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "ArrowDown") setActive(Math.min(at + 1, shown.length - 1));
          else if (event.key === "ArrowUp") setActive(Math.max(at - 1, 0));
          else if (event.key === "Enter") take(shown[at]);
          else if (event.key === "Escape" && text !== "") setText("");
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {shown.length > 0 && (
        <div id={`${id}-list`} role="listbox" aria-label={label} className="department-hits">
          {shown.map((found, index) => (
            <div
              key={found.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                take(found);
              }}
            >
              <span>{found.name}</span>
              <span className="quiet">
                {[found.card_number, found.department].filter((part) => part !== "").join(" · ")}
              </span>
            </div>
          ))}
        </div>
      )}
      {isOpen && shown.length === 0 && <p className="quiet">{t("departments.noHits")}</p>}
    </div>
  );
};
