/**
 * Where somebody reads in a thread: at its end, and staying there, or further up, and not moved by what comes.
 *
 * The scroller is laid out from its bottom up, so that what grows at the end moves nothing for who reads the end.
 * For who reads further up, what stands at the lower edge stays there, also when something at the end goes away.
 * Who opens a chat with more new messages than fit begins at the first of them.
 */
import type { RefObject } from "react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Chat, MessageId } from "../client/model.ts";
import { lineWords } from "./words-lines.ts";
import { words } from "./words.ts";

/** How far from the end still counts as there. */
const nearPx = 48;
/** Where the first new message is put, from the upper edge: what was before it is seen to be there. */
const leadPx = 72;
/** How long the day stays in sight after the last movement. */
const restMs = 1200;

export type ReadingPlace = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
  /** What came while somebody read further up; null at the end. */
  readonly unseen: string | null;
  /** The end is more than half a window away. */
  readonly isFar: boolean;
};

export function useReadingPlace(chat: Chat, self: string, firstNew: MessageId | null): ReadingPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  /** `bottomPx`: what of the content, counted from its top, stands at the lower edge. */
  const place = useRef({ isAtEnd: true, bottomPx: 0, heightPx: 0 });
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [unseen, setUnseen] = useState<string | null>(null);
  const [isFar, setFar] = useState(false);

  const toEnd = useCallback((): void => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
    place.current.isAtEnd = true;
    setFar(false);
    setUnseen(null);
  }, []);

  const onScroll = useCallback((): void => {
    const outside = scroller.current;
    const inside = content.current;
    // A thread that got shorter is scrolled by the browser, not by a person; the observer puts that right.
    if (outside === null || inside === null || inside.offsetHeight !== place.current.heightPx) return;
    const isAtEnd = outside.scrollTop > -nearPx;
    place.current.isAtEnd = isAtEnd;
    place.current.bottomPx = inside.offsetHeight + outside.scrollTop;
    setFar(outside.scrollTop < -outside.clientHeight / 2);
    clearTimeout(resting.current);
    if (isAtEnd) {
      setUnseen(null);
      delete outside.dataset["scrolling"];
      return;
    }
    outside.dataset["scrolling"] = "";
    resting.current = setTimeout(() => delete outside.dataset["scrolling"], restMs);
  }, []);
  useEffect(() => () => clearTimeout(resting.current), []);

  useEffect(() => {
    const inside = content.current;
    const outside = scroller.current;
    if (inside === null || outside === null) return;
    const observer = new ResizeObserver(() => {
      place.current.heightPx = inside.offsetHeight;
      const { isAtEnd, bottomPx, heightPx } = place.current;
      if (!isAtEnd) outside.scrollTop = Math.min(0, bottomPx - heightPx);
    });
    observer.observe(inside);
    return () => observer.disconnect();
  }, []);

  const shown = useRef({ chat: chat.id, last: chat.items.at(-1)?.id, seen: chat.items.at(-1)?.id });
  useEffect(() => {
    const last = chat.items.at(-1);
    const before = shown.current;
    // A group that a 1-1 became is the thread one was reading.
    const isSame = before.chat === chat.id || chat.items.some((item) => item.id === before.last);
    if (isSame && last?.id === before.last) {
      shown.current = { ...before, chat: chat.id };
      return;
    }
    const isRead = !isSame || place.current.isAtEnd || (last?.kind === "message" && last.mine);
    shown.current = { chat: chat.id, last: last?.id, seen: isRead ? last?.id : before.seen };
    if (isRead) toEnd();
    else setUnseen(announcement(chat, self, before.seen));
  }, [chat, self, toEnd]);
  // After the one above, which goes to the end of a chat that is opened.
  useEffect(() => {
    const outside = scroller.current;
    const inside = content.current;
    const mark = inside?.querySelector("[data-new]") ?? null;
    if (firstNew === null || outside === null || inside === null || mark === null) return;
    const above = mark.getBoundingClientRect().top - outside.getBoundingClientRect().top - leadPx;
    if (above >= 0) return;
    outside.scrollTop += above;
    const heightPx = inside.offsetHeight;
    place.current = {
      isAtEnd: outside.scrollTop > -nearPx,
      bottomPx: heightPx + outside.scrollTop,
      heightPx,
    };
    setFar(outside.scrollTop < -outside.clientHeight / 2);
  }, [firstNew]);
  useEffect(() => {
    if (unseen === null) shown.current.seen = shown.current.last;
  }, [unseen]);

  return { scroller, content, onScroll, toEnd, unseen, isFar };
}

/** What the pill says: what happened, or how many messages came. */
function announcement(chat: Chat, self: string, lastSeen: string | undefined): string {
  const from = chat.items.findIndex((item) => item.id === lastSeen) + 1;
  const fresh = chat.items.slice(from);
  const happened = fresh.find((item) => item.kind === "line" && item.what === "added");
  if (happened?.kind === "line") {
    return lineWords(happened, self)
      .map((part) => part.text)
      .join("");
  }
  const messages = fresh.filter((item) => item.kind === "message").length;
  return messages === 0 ? words.chat.latest : words.chat.newMessages(messages);
}
