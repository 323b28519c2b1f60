/**
 * The panes: list, chat, details. How many are side by side is decided by the room there is (container queries);
 * on a phone each is a page with Back. Dialogs are fetched when they are first opened.
 */
import type { CSSProperties, ReactNode } from "react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Actions, AppState, Chat, Person } from "../client/model.ts";
import { Banner } from "./Banner.tsx";
import { ChatList } from "./ChatList.tsx";
import { ChatPane } from "./ChatPane.tsx";
import { NoChats, NothingSelected } from "./Empty.tsx";
import { InvitationToast } from "./InvitationToast.tsx";
import { late } from "./Late.tsx";
import { ListResizer } from "./ListResizer.tsx";
import { fullName } from "./people.ts";
import styles from "./Shell.module.css";
import { unsentIn, useAskBeforeLeaving } from "./unsent.ts";
import { useFocus, useFocusFromNowhere } from "./use-focus.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { words } from "./words.ts";

const AddPeople = late(() => import("./AddPeople.tsx").then((file) => file.AddPeople));
const Details = late(() => import("./Details.tsx").then((file) => file.Details));
const NewChat = late(() => import("./NewChat.tsx").then((file) => file.NewChat));
const Settings = late(() => import("./Settings.tsx").then((file) => file.Settings));

type SignedIn = Extract<AppState["session"], { readonly is: "signed-in" }>;

type ShellProps = {
  readonly state: AppState;
  readonly session: SignedIn;
  readonly actions: Actions;
};

export function Shell({ state, session, actions }: ShellProps): ReactNode {
  const [dialog, setDialog] = useState<"add-people" | "new-chat" | "settings" | null>(null);
  const [areDetailsOpen, setDetailsOpen] = useState(false);
  const [listWidth, setListWidth] = useState<number | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLHeadingElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const self: Person = useMemo(() => ({ address: session.address, name: fullName(session) }), [session]);
  const chat = state.selected === null ? null : (state.chats[state.selected] ?? null);
  const hasDetails = areDetailsOpen && chat !== null && !isInvitation(chat);
  const page = chat === null ? "list" : hasDetails ? "details" : "chat";

  const closeDialog = useCallback(() => setDialog(null), []);
  const closeDetails = useCallback(() => setDetailsOpen(false), []);
  const addPeople = useCallback(() => setDialog("add-people"), []);
  // Where they are a page of their own, another chat is not seen before they are left.
  const leaveDetails = useCallback(() => {
    const pane = root.current?.querySelector<HTMLElement>('[data-pane="chat"]');
    if (pane?.offsetParent === null) setDetailsOpen(false);
  }, []);
  useFocusFromNowhere(top);
  const { choosing, inChat } = useFocus(root, field, state.selected, actions, leaveDetails);

  const { order, selected } = state;
  const shortcuts = useMemo(
    () => ({
      search: () => {
        if (search.current?.offsetParent === null) choosing.select(null);
        requestAnimationFrame(() => {
          search.current?.focus();
          search.current?.select();
        });
      },
      step: (by: 1 | -1) => {
        const at = selected === null ? -1 : order.indexOf(selected);
        const next = order[at === -1 ? (by === 1 ? 0 : order.length - 1) : at + by];
        if (next !== undefined) choosing.select(next);
      },
      nextPane: (by: 1 | -1) => focusPane(root.current, by),
    }),
    [choosing, order, selected],
  );
  useShortcuts(dialog === null ? shortcuts : null);
  useAskBeforeLeaving(useMemo(() => unsentIn(state) > 0, [state]));

  return (
    <main
      ref={root}
      className={styles.shell}
      data-page={page}
      data-details={hasDetails}
      style={listWidth === null ? undefined : ({ "--list": `${listWidth}px` } as CSSProperties)}
    >
      <h1 ref={top} tabIndex={-1} className="visually-hidden">
        {words.product}
      </h1>
      <nav className={styles.list} aria-label={words.list.pane} data-pane="list">
        <ChatList
          state={state}
          self={self}
          actions={choosing}
          search={search}
          onNewChat={() => setDialog("new-chat")}
          onSettings={() => setDialog("settings")}
        />
        {order.length === 0 ? (
          <div className={styles.phoneEmpty}>
            <NoChats state={state} self={self} actions={choosing} onNewChat={() => setDialog("new-chat")} />
          </div>
        ) : null}
        <ListResizer width={listWidth} onWidth={setListWidth} />
      </nav>
      <div className={styles.banner}>
        <Banner connection={state.connection} isPlain={chat?.isPlain === true} actions={actions} />
      </div>
      <section className={styles.chat} aria-label={words.chat.pane} data-pane="chat">
        {chat !== null ? (
          <ChatPane
            chat={chat}
            state={state}
            self={session.address}
            hasFactory={session.hasFactory}
            actions={actions}
            areDetailsOpen={areDetailsOpen}
            field={field}
            onBack={() => choosing.select(null)}
            onAddPeople={addPeople}
            onDetails={() => setDetailsOpen(!areDetailsOpen)}
          />
        ) : order.length === 0 ? (
          <NoChats state={state} self={self} actions={choosing} onNewChat={() => setDialog("new-chat")} />
        ) : (
          <NothingSelected />
        )}
      </section>
      <InvitationToast state={state} actions={choosing} />
      {chat !== null && hasDetails ? (
        <section className={styles.details} data-pane="details" aria-label={words.chat.details}>
          <Details chat={chat} state={state} actions={choosing} onClose={closeDetails} />
        </section>
      ) : null}
      {dialog === "add-people" && chat !== null ? (
        <AddPeople chat={chat} state={state} actions={actions} onClose={closeDialog} next={inChat} />
      ) : null}
      {dialog === "new-chat" ? <NewChat state={state} actions={choosing} onClose={closeDialog} /> : null}
      {dialog === "settings" ? <Settings state={state} actions={actions} onClose={closeDialog} /> : null}
    </main>
  );
}

/** It has no header to open details from, and little to tell in them before one has joined. */
const isInvitation = (chat: Chat): boolean => chat.phase.is === "invited" || chat.phase.is === "missed";

/** Where the focus goes in each pane: the row, the field, else the first thing that takes it. */
const entries = '[data-row][tabindex="0"], textarea, input, button';

function focusPane(root: HTMLElement | null, by: 1 | -1): void {
  if (root === null) return;
  const panes = [...root.querySelectorAll<HTMLElement>("[data-pane]")].filter(
    (pane) => pane.offsetParent !== null,
  );
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(at + by + panes.length) % panes.length];
  if (next === undefined) return;
  const preferred = next.querySelector<HTMLElement>('[data-row][tabindex="0"], textarea');
  (preferred ?? next.querySelector<HTMLElement>(entries))?.focus();
}
