/**
 * Where the focus goes when what had it is gone, so that nobody with a keyboard or a screen reader starts over.
 *
 * Who chooses a chat wants to write in it; who leaves one by Back wants to be at the row they came from; who presses
 * a button that goes away with its card or banner goes on beside it in the details, in the chat, or in the list. Where
 * the field would bring up a phone's keyboard over what one wants to see, the thread takes the focus in its place.
 */
import type { RefObject } from "react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Actions, ChatId } from "../client/model.ts";

type Focus = {
  /** The actions, with the focus following what is chosen. */
  readonly choosing: Actions;
  /** What takes the focus in the chat that is open. */
  readonly inChat: () => HTMLElement | null;
};

export function useFocus(
  root: RefObject<HTMLElement | null>,
  field: RefObject<HTMLTextAreaElement | null>,
  selected: ChatId | null,
  actions: Actions,
  /** Before another chat is shown. */
  onChoose: () => void,
): Focus {
  const isChosen = useRef(false);
  const choosing = useMemo<Actions>(
    () => ({
      ...actions,
      select: (id: ChatId | null) => {
        isChosen.current = true;
        onChoose();
        actions.select(id);
      },
      startChat: (address: string) => {
        isChosen.current = true;
        onChoose();
        return actions.startChat(address);
      },
    }),
    [actions, onChoose],
  );

  const inChat = useCallback(
    () =>
      (canHover() ? field.current : null) ??
      root.current?.querySelector<HTMLElement>('[data-pane="chat"] :is(section, h2[tabindex="-1"])') ??
      null,
    [field, root],
  );

  const previous = useRef(selected);
  // Before anything is seen, so that the next key goes where the eye does.
  useLayoutEffect(() => {
    const from = previous.current;
    previous.current = selected;
    if (!isChosen.current || from === selected) return;
    isChosen.current = false;
    if (selected !== null) {
      inChat()?.focus({ preventScroll: true });
    } else if (from !== null) {
      root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(from)}"]`)?.focus();
    }
  }, [inChat, root, selected]);

  const last = useRef<Had | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element)) return;
      const isInside = root.current?.contains(target) === true;
      last.current = { element: target, isInside, pane: target.closest<HTMLElement>("[data-pane]") };
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [root]);
  useEffect(() => {
    const had = last.current;
    if (had === null || !isLost(had.element)) return;
    const goOn = (): void => {
      if (last.current !== had || !isLost(had.element)) return;
      last.current = null;
      const details = had.pane?.dataset["pane"] === "details" ? had.pane : null;
      const next = [
        details?.querySelector<HTMLElement>('[tabindex="-1"]'),
        inChat(),
        root.current?.querySelector<HTMLElement>(entry),
      ];
      next.find((one) => one?.isConnected && one.offsetParent !== null)?.focus({ preventScroll: true });
    };
    // A dialog gives the focus back itself, in the first frame without it, where its opener is still there.
    if (had.isInside) goOn();
    else requestAnimationFrame(() => requestAnimationFrame(goOn));
  });

  return { choosing, inChat };
}

/** What has the focus, or had it last. */
type Had = {
  readonly element: Element;
  /** Not in a dialog, which stands beside the panes. */
  readonly isInside: boolean;
  readonly pane: HTMLElement | null;
};

/** Of the list: the row the Tab key stops at. */
const entry = '[data-row][tabindex="0"]';

/** Nothing has the focus, since what had it is gone or can't be pressed any more. */
const isLost = (had: Element): boolean =>
  document.activeElement === document.body && (!had.isConnected || had.matches(":disabled"));

const canHover = (): boolean => window.matchMedia("(hover: hover)").matches;

/** The page is another one now, and the button that led here is gone: from the top, then. */
export function useFocusFromNowhere(top: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) top.current?.focus({ preventScroll: true });
  }, [top]);
}
