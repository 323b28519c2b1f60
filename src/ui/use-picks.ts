/**
 * Whom somebody has picked in a dialog and what stands in its field, and what each press and paste makes of both.
 *
 * A typed address is checked by the client before it becomes a chip; what can't be used stays in the field, with
 * the reason.
 */
import type { Dispatch, SetStateAction } from "react";
import { useMemo, useState } from "react";
import type { Actions, AppState, Chat } from "../client/model.ts";
import {
  type Candidate,
  candidates,
  find,
  looksLikeAddress,
  type Picked,
  pickOf,
  splitAddresses,
  whyNot,
  withPick,
} from "./picking.ts";

type Checked = ReturnType<Actions["checkAddress"]>;

export type Picks = {
  readonly picks: readonly Picked[];
  readonly picked: ReadonlySet<string>;
  readonly typed: string;
  readonly problem: string | null;
  readonly contacts: readonly Candidate[];
  readonly recent: readonly Candidate[];
  /** What was typed as an address; null while it is a name that somebody has, or nothing. */
  readonly checked: Checked | null;
  /** Whether that address is in the list or among the picks already. */
  readonly isListed: boolean;
  readonly onType: (text: string) => void;
  readonly toggle: (address: string) => void;
  readonly remove: (address: string) => void;
  /** Enter in the field: the first that is found, else what was typed, else why it can't be used. */
  readonly commit: () => void;
  /** Several addresses at once, or one that is whole; false: it is just text. */
  readonly paste: (text: string) => boolean;
};

export function usePicks(chat: Chat, state: AppState, actions: Actions): Picks {
  const [picks, setPicks] = useState<readonly Picked[]>([]);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);

  const known = useMemo(() => candidates(state, chat), [state, chat]);
  const picked = useMemo(() => new Set(picks.map((pick) => pick.address)), [picks]);
  const contacts = find(known.contacts, typed);
  const recent = find(known.recent, typed);
  const found = [...contacts, ...recent];
  const checked =
    typed.trim() === "" || (found.length > 0 && !looksLikeAddress(typed))
      ? null
      : actions.checkAddress(typed, chat.id);
  const isListed =
    checked !== null &&
    "address" in checked &&
    (picked.has(checked.address) || found.some((one) => one.address === checked.address));

  const onType = (text: string): void => {
    setTyped(text);
    setProblem(null);
  };
  const add = (address: string): void => {
    setPicks((before) => withPick(before, pickOf(address, known)));
    onType("");
  };
  const remove = (address: string): void => removeFrom(setPicks, address);
  const toggle = (address: string): void => (picked.has(address) ? remove(address) : add(address));

  const commit = (): void => {
    if (typed.trim() === "") return;
    const first = found.find((one) => one.why === null && !picked.has(one.address));
    if (first !== undefined && !looksLikeAddress(typed)) {
      add(first.address);
      return;
    }
    const { address, why } = judge(checked ?? actions.checkAddress(typed, chat.id), chat);
    if (address === null) setProblem(why);
    else add(address);
  };

  const paste = (pasted: string): boolean => {
    const several = splitAddresses(pasted);
    const parts =
      several.length > 0 ? several : typed === "" && looksLikeAddress(pasted) ? [pasted.trim()] : [];
    if (parts.length === 0) return false;
    const judged = parts.map((part) => ({ part, ...judge(actions.checkAddress(part, chat.id), chat) }));
    const good = judged.flatMap(({ address }) => (address === null ? [] : [pickOf(address, known)]));
    const bad = judged.filter(({ address }) => address === null);
    setPicks((before) => good.reduce(withPick, before));
    setTyped(bad.map(({ part }) => part).join(", "));
    setProblem(bad[0]?.why ?? null);
    return true;
  };

  return {
    picks,
    picked,
    typed,
    problem,
    contacts,
    recent,
    checked,
    isListed,
    onType,
    toggle,
    remove,
    commit,
    paste,
  };
}

const removeFrom = (set: Dispatch<SetStateAction<readonly Picked[]>>, address: string): void =>
  set((before) => before.filter((one) => one.address !== address));

/** The address to use, or why there is none. */
function judge(
  checked: Checked,
  chat: Chat,
): { readonly address: string; readonly why: null } | { readonly address: null; readonly why: string } {
  if ("problem" in checked) return { address: null, why: checked.problem };
  const why = whyNot(chat, checked.address);
  return why === null ? { address: checked.address, why } : { address: null, why };
}
