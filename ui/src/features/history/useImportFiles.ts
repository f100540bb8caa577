import { useQuery } from "@tanstack/react-query";
import { client } from "@/host";
import { keys } from "@/session/queries";

/** Names of the files that were imported on this computer, by their batches: an import is known by its file. */
export const useImportFiles = () => {
  const { data } = useQuery({
    queryKey: [...keys.history, "imports"],
    queryFn: () => client.importHistory(),
  });
  return (batch: string | null) =>
    batch === null ? undefined : data?.find((one) => one.batch === batch)?.file_name;
};
