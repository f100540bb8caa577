import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import type { Preferences } from "@/generated/types";
import { client } from "@/host";
import { systemLanguage } from "@/words";
import { keys, queryClient } from "./queries";

/** How this computer shows the program, and how to change it. */
export const usePreferences = () => {
  const { data: preferences } = useQuery({ queryKey: keys.preferences, queryFn: () => client.preferences() });
  const change = async (part: Partial<Preferences>) => {
    const now = queryClient.getQueryData<Preferences>(keys.preferences);
    if (!now) return;
    const wanted = { ...now, ...part };
    // Shown at once; the file is nobody's wait.
    queryClient.setQueryData(keys.preferences, wanted);
    if (part.language !== undefined) {
      await i18next.changeLanguage(part.language === "system" ? systemLanguage() : part.language);
    }
    await client.setPreferences(wanted);
  };
  return { preferences, change };
};
