/**
 * Details of a chat: who is in it, who was asked and what can be done about it, and the ways out.
 *
 * Beside the chat where there is room, a page on a phone. It takes the focus when it opens and gives it back; Esc
 * closes it. Leaving and closing are asked about first, in words that say what will happen.
 */
import { ChevronLeft, LogOut, MessageCircle, UserPlus, X } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Actions, AppState, Chat, Member } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { canBeAddedTo, whyNobodyCanBeAdded } from "./ChatHeader.tsx";
import styles from "./Details.module.css";
import { DetailsMember } from "./DetailsMember.tsx";
import { Ask } from "./DialogFrame.tsx";
import { ChatFace } from "./Face.tsx";
import { late } from "./Late.tsx";
import { peerOf, sharedWith } from "./people-of-chat.ts";
import { addressBeside } from "./people.ts";
import { useNow } from "./use-now.ts";
import { words } from "./words.ts";
import { dialogs } from "./words-dialogs.ts";

const AddPeople = late(() => import("./AddPeople.tsx").then((file) => file.AddPeople));

type DetailsProps = {
  readonly chat: Chat;
  readonly state: AppState;
  readonly actions: Actions;
  readonly onClose: () => void;
};

const text = dialogs.details;
const second = 1000;

export function Details({ chat, state, actions, onClose }: DetailsProps): ReactNode {
  const [dialog, setDialog] = useState<"add" | "leave" | "close" | null>(null);
  const root = useRef<HTMLDivElement>(null);
  useFocusInside(root);

  const isGroup = chat.kind === "group";
  const address = isGroup ? null : addressBeside(peerOf(chat));
  const hasFactory = state.session.is === "signed-in" && state.session.hasFactory;
  const problem = canBeAddedTo(chat) ? whyNobodyCanBeAdded(chat, hasFactory) : null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || dialog !== null || event.defaultPrevented) return;
    event.stopPropagation();
    onClose();
  };
  const close = (): void => setDialog(null);
  return (
    // Esc closes it from anywhere inside.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.details} onKeyDown={onKeyDown}>
      <header className={styles.header}>
        <Button
          kind="icon"
          className={styles.back}
          label={words.back}
          icon={<ChevronLeft size={24} className="directional" aria-hidden="true" />}
          onPress={onClose}
        />
        <h2 className={styles.heading}>{isGroup ? text.group : text.chat}</h2>
        <Button
          kind="icon"
          className={styles.close}
          label={words.close}
          icon={<X size={20} strokeWidth={1.75} aria-hidden="true" />}
          onPress={onClose}
        />
      </header>
      <div ref={root} tabIndex={-1} className={styles.top}>
        <ChatFace chat={chat} size={84} />
        <h3 className={styles.title} dir="auto">
          {chat.title}
        </h3>
        {address === null ? null : <p className={styles.address}>{address}</p>}
        {chat.isPlain ? <p className={styles.plain}>{text.plain(peerOf(chat))}</p> : null}
      </div>
      {chat.phase.is === "ended" ? null : <Members chat={chat} actions={actions} />}
      {canBeAddedTo(chat) ? (
        <div className={styles.rows}>
          <Button
            className={styles.row}
            kind="text"
            isDisabled={problem !== null}
            icon={<UserPlus size={20} strokeWidth={1.75} aria-hidden="true" />}
            {...(problem === null ? {} : { "aria-describedby": "details-add-problem" })}
            onPress={() => setDialog("add")}
          >
            {words.chat.addPeople}
          </Button>
          {problem === null ? null : (
            <p id="details-add-problem" className={styles.why}>
              {problem}
            </p>
          )}
        </div>
      ) : null}
      <WaysOut chat={chat} actions={actions} onAsk={setDialog} />
      {dialog === "add" ? (
        <AddPeople chat={chat} state={state} actions={actions} onClose={close} next={() => root.current} />
      ) : null}
      {dialog === "leave" ? (
        <Ask
          title={text.leaveAsk(chat.title)}
          text={text.leaveWhat}
          stay={text.stay}
          go={text.leaveDo}
          onStay={close}
          onGo={() => {
            close();
            actions.leave(chat.id);
            onClose();
          }}
        />
      ) : null}
      {dialog === "close" ? (
        <Ask
          title={text.closeAsk(peerOf(chat))}
          text={text.closeWhat(peerOf(chat))}
          stay={words.cancel}
          go={text.closeDo}
          onStay={close}
          onGo={() => {
            close();
            actions.closeChat(chat.id);
            onClose();
          }}
        />
      ) : null}
    </div>
  );
}

/** In the group; asked and not here; not here any more. A 1-1 lists only whom it asks. */
function Members({ chat, actions }: { readonly chat: Chat; readonly actions: Actions }): ReactNode {
  const isGroup = chat.kind === "group";
  const all: readonly Member[] = isGroup ? chat.members : chat.phase.is === "asking" ? chat.phase.asked : [];
  const inside = isGroup ? all.filter((one) => one.is === "in" || one.is === "away") : [];
  const gone = all.filter((one) => one.is === "left" || one.is === "removed");
  const asked = all.filter((one) => !inside.includes(one) && !gone.includes(one) && !one.self);
  const now = useNow(asked.some((one) => one.is === "ringing") ? second : null);
  const line = (member: Member): ReactNode => (
    <DetailsMember key={member.address} chat={chat} member={member} now={now} actions={actions} />
  );
  return (
    <>
      {inside.length === 0 ? null : (
        <section aria-labelledby="details-in">
          <div className={styles.section}>
            <h4 id="details-in">{text.inGroup(inside.length)}</h4>
            {chat.limit === null ? null : <p>{text.limit(chat.limit)}</p>}
          </div>
          <ul>{inside.map(line)}</ul>
        </section>
      )}
      {asked.length === 0 ? null : (
        <section aria-labelledby="details-asked">
          <div className={styles.section}>
            <h4 id="details-asked">{text.asked}</h4>
          </div>
          <ul>{asked.map(line)}</ul>
        </section>
      )}
      {gone.length === 0 ? null : (
        <section aria-labelledby="details-gone">
          <div className={styles.section}>
            <h4 id="details-gone">{text.gone}</h4>
          </div>
          <ul>{gone.map(line)}</ul>
        </section>
      )}
    </>
  );
}

type WaysOutProps = {
  readonly chat: Chat;
  readonly actions: Actions;
  readonly onAsk: (what: "leave" | "close") => void;
};

function WaysOut({ chat, actions, onAsk }: WaysOutProps): ReactNode {
  const { is } = chat.phase;
  const shared = chat.kind === "group" ? sharedWith(chat) : null;
  const canLeave = chat.kind === "group" && (is === "open" || is === "away" || is === "asking");
  const canClose = chat.kind === "1-1" && is === "open";
  if (shared === null && !canLeave && !canClose) return null;
  return (
    <div className={styles.out}>
      {shared === null ? null : (
        <Button
          className={styles.row}
          kind="text"
          icon={<MessageCircle size={20} strokeWidth={1.75} aria-hidden="true" />}
          onPress={() => actions.startChat(shared.address)}
        >
          {text.privateChat(shared)}
        </Button>
      )}
      {canLeave ? (
        <Button
          className={styles.row}
          kind="danger"
          icon={<LogOut size={20} strokeWidth={1.75} className="directional" aria-hidden="true" />}
          onPress={() => onAsk("leave")}
        >
          {text.leave}
        </Button>
      ) : null}
      {canClose ? (
        <Button
          className={styles.row}
          kind="danger"
          icon={<LogOut size={20} strokeWidth={1.75} className="directional" aria-hidden="true" />}
          onPress={() => onAsk("close")}
        >
          {text.closeChat}
        </Button>
      ) : null}
    </div>
  );
}

/** The focus comes in when it opens, and goes back to the opener unless somebody has moved it meanwhile. */
function useFocusInside(inside: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const opener = document.activeElement;
    inside.current?.focus({ preventScroll: true });
    return () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && opener instanceof HTMLElement) opener.focus();
    };
  }, [inside]);
}
