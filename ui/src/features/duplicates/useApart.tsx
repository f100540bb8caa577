import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { MemberPair, ToldApart } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useSayApart } from "@/session/merging/useSayApart";
import { keys } from "@/session/queries";

const PAGE = 50;
/** As many as one answer holds. */
const ASKED_MAX = 200;

const read = async (wanted: number): Promise<ToldApart> => {
  const told: ToldApart = { pairs: [], total: 0 };
  do {
    const limit = Math.min(ASKED_MAX, wanted - told.pairs.length);
    const page = await client.toldApart({ skip: told.pairs.length, limit });
    told.total = page.total;
    told.pairs.push(...page.pairs);
    if (page.pairs.length < limit) break;
  } while (told.pairs.length < wanted);
  return told;
};

/** Decisions that two members are not one person: saying so, taking it back, and what was said so far. */
export const useApart = ({
  onSaid,
  onOthers,
}: {
  onSaid: (pair: MemberPair) => void;
  /** Something was decided or taken back by another way: undo, or a colleague. */
  onOthers: () => void;
}) => {
  const { act } = useAct();
  const sayApart = useSayApart();
  const [wanted, setWanted] = useState(PAGE);
  const { data } = useQuery({
    queryKey: [...keys.apart, wanted],
    queryFn: () => read(wanted),
    placeholderData: keepPreviousData,
  });
  /** How many there are by what was done here. */
  const expected = useRef<number | null>(null);
  const others = useRef(onOthers);
  others.current = onOthers;
  const total = data?.total;
  useEffect(() => {
    if (total === undefined || total === expected.current) return;
    const isNews = expected.current !== null;
    expected.current = total;
    if (isNews) others.current();
  }, [total]);

  const say = async (pair: MemberPair, names: { a: string; b: string }) => {
    // Counted before the answer: the app tells of the change while it is on its way.
    if (expected.current !== null) expected.current += 1;
    const { isSaid, isNew } = await sayApart(pair, names);
    if (!isNew && expected.current !== null) expected.current -= 1;
    if (isSaid) onSaid(pair);
    return isSaid;
  };

  return {
    told: data,
    say,
    takeBack: (pair: MemberPair) => act(() => client.bringPairBack(pair)),
    showMore: () => setWanted(wanted + PAGE),
  };
};
