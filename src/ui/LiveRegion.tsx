/**
 * The one polite live region: "Bob: text" once per new message, one sentence when a group has started, who invites
 * into what, once per ring, and which stranger wants to chat.
 *
 * Times, receipts and own messages are never said. What was there when somebody signed in is not new.
 */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { StoreApi } from "zustand/vanilla";
import type { AppState, ThreadItem } from "../client/model.ts";
import { words } from "./words.ts";

const mostAtOnce = 5;

type Said = { readonly key: number; readonly texts: readonly string[] };

/** What is to be said about items, invitations and requests that are not in `known`, which learns them. */
export function newlySaid(state: AppState, known: Set<string>): readonly string[] {
  const self = state.session.is === "signed-in" ? state.session.address : "";
  const texts: string[] = [];
  for (const id of state.order) {
    const chat = state.chats[id];
    if (chat === undefined) continue;
    for (const item of chat.items) {
      if (known.has(item.id)) continue;
      known.add(item.id);
      const text = spoken(item, self);
      if (text !== null) texts.push(text);
    }
    const request = `${id} request`;
    if (chat.phase.is !== "request") known.delete(request);
    else if (!known.has(request)) {
      known.add(request);
      texts.push(words.live.request(chat.phase.from));
    }
    if (chat.phase.is !== "invited") continue;
    const ring = `${id} ${chat.phase.ringFrom}`;
    if (known.has(ring)) continue;
    known.add(ring);
    texts.push(words.live.invitation(chat.phase.by, chat.subject));
  }
  return texts.slice(-mostAtOnce);
}

function spoken(item: ThreadItem, self: string): string | null {
  if (item.kind === "message") return item.mine ? null : words.live.message(item.from, item.text);
  if (item.kind !== "seam" || item.above.length === 0) return null;
  return words.seam.said(item.above.filter((person) => person.address !== self));
}

export function LiveRegion({ store }: { readonly store: StoreApi<AppState> }): ReactNode {
  const [said, setSaid] = useState<Said>({ key: 0, texts: [] });
  useEffect(() => {
    const known = new Set<string>();
    newlySaid(store.getState(), known);
    let { chats } = store.getState();
    return store.subscribe((state) => {
      if (state.chats === chats) return;
      chats = state.chats;
      const texts = newlySaid(state, known);
      if (texts.length > 0) setSaid((before) => ({ key: before.key + 1, texts }));
    });
  }, [store]);
  return (
    <div aria-live="polite" className="visually-hidden" data-live="">
      {said.texts.map((text, index) => (
        <p key={`${said.key}-${index}`}>{text}</p>
      ))}
    </div>
  );
}
