/** Fields and tags that the organisation defined: asked of the app, and at hand for whatever names or reads columns. */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import type { CustomColumn, CustomFieldRow, TagRow } from "@/generated/types";
import { client } from "@/host";
import { keys } from "./queries";

interface Defined {
  /** Those that are shown, in their order. */
  fields: readonly CustomFieldRow[];
  tags: readonly TagRow[];
}

export const useDefined = create<Defined>(() => ({ fields: [], tags: [] }));

/** Keeps them current; answers them, so that whoever asks is drawn anew when they change. */
export const useDefinitions = (): Defined => {
  const { data: fields } = useQuery({ queryKey: keys.customFields, queryFn: () => client.customFields() });
  const { data: tags } = useQuery({ queryKey: keys.tags, queryFn: () => client.tags() });
  useEffect(() => {
    if (fields) useDefined.setState({ fields: fields.filter((field) => !field.is_archived) });
  }, [fields]);
  useEffect(() => {
    if (tags) useDefined.setState({ tags });
  }, [tags]);
  return useDefined();
};

export const isCustom = (column: string): column is CustomColumn => column.startsWith("custom:");

/** The field behind a column; none for a column of another kind and for a field that is not shown. */
export const fieldOf = (column: string): CustomFieldRow | undefined =>
  useDefined.getState().fields.find((field) => field.column === column);

/** Names of tags in one cell. */
export const TAG_DIVIDER = "、";
