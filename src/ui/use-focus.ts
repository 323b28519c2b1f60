/**
 * Where the focus goes when what had it is gone, so that nobody with a keyboard or a screen reader starts over.
 *
 * Who chooses a chat wants to write in it; who leaves one by Back wants to be at the row they came from; who presses
 * a button that goes away with its card goes on in the chat. Where the field would bring up a phone's keyboard over
 * what one wants to see, the thread takes the focus in its place.
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
      root.current?.querySelector<HTMLElement>('[data-pane="chat"] section') ??
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
      if (canHover()) field.current?.focus();
    } else if (from !== null) {
      root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(from)}"]`)?.focus();
    }
  }, [field, root, selected]);

  const last = useRef<Element | null>(null);
  useEffect(() => {
    const note = (event: FocusEvent): void => {
      const { target } = event;
      const isInChat = target instanceof Element && target.closest('[data-pane="chat"]') !== null;
      last.current = isInChat ? target : null;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    const had = last.current;
    if (had === null || document.activeElement !== document.body) return;
    if (had.isConnected && !had.matches(":disabled")) return;
    last.current = null;
    inChat()?.focus();
  });

  return { choosing, inChat };
}

const canHover = (): boolean => window.matchMedia("(hover: hover)").matches;
