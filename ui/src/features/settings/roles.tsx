import { useTranslation } from "react-i18next";

const ROLES = ["owner", "administrator", "department", "auditor", "printing"] as const;
const known = (role: string) => ROLES.find((word) => word === role);

/** The word for a role; one that this program does not know yet stands for itself. */
export const useRoleWord = () => {
  const { t } = useTranslation();
  return (role: string) => {
    const word = known(role);
    return word ? t(`administrators.roles.${word}`) : role;
  };
};

/** What somebody in the role may do. */
export const RoleHint = ({ role }: { role: string }) => {
  const { t } = useTranslation();
  const word = known(role);
  return word ? t(`administrators.roleHints.${word}`) : null;
};
