/**
 * What a person has in hand in one row: the draft, whom the composer is for, and what is unread there.
 *
 * It goes along when a 1-1 becomes a group. What was begun for one reader then says for a while that it has others,
 * and can't be sent for a moment (decision 11).
 */
import type { Chat } from "./model.ts";

export type Handed = { readonly draft: string; readonly unread: number };

export interface InHand {
  draft(): string;
  unread(): number;
  composer(): Chat["composer"];
  setDraft(draft: string): void;
  /** A text came. */
  came(): void;
  read(): void;
  /** Gives it all away. */
  handOver(): Handed;
  take(handed: Handed): void;
  /** What is in hand has other readers now. */
  relabel(label: string, inertUntil: number): void;
}

/** `isLookedAt`: what comes is read as it comes. */
export function createInHand(isLookedAt: () => boolean, changed: () => void): InHand {
  let draft = "";
  let unread = 0;
  let composer: Chat["composer"] = { label: null, inertUntil: 0 };
  return {
    draft: () => draft,
    unread: () => unread,
    composer: () => composer,
    setDraft: (text) => {
      draft = text;
      // The label stays until what was begun for somebody else is sent or cleared.
      if (text === "") composer = { ...composer, label: null };
      changed();
    },
    came: () => {
      if (!isLookedAt()) unread += 1;
      changed();
    },
    read: () => {
      if (unread === 0) return;
      unread = 0;
      changed();
    },
    handOver: () => {
      const handed = { draft, unread };
      draft = "";
      unread = 0;
      return handed;
    },
    take: (handed) => {
      if (draft === "") draft = handed.draft;
      unread += handed.unread;
    },
    relabel: (label, inertUntil) => {
      if (draft !== "") composer = { label, inertUntil };
    },
  };
}
