/** One chat: header, members, thread, composer; or the invitation that stands in its place until it is answered. */
import { ChevronLeft, LoaderCircle } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import type { Actions, AppState, Chat } from "../client/model.ts";
import { AskingCard } from "./AskingCard.tsx";
import { Button } from "./Button.tsx";
import { ChatHeader } from "./ChatHeader.tsx";
import styles from "./ChatPane.module.css";
import { classes } from "./class-names.ts";
import { Composer } from "./Composer.tsx";
import { ChatFace } from "./Face.tsx";
import { Invitation } from "./Invitation.tsx";
import { MembersRow } from "./MembersRow.tsx";
import { Request } from "./Request.tsx";
import { Thread } from "./Thread.tsx";
import { words } from "./words.ts";

type ChatPaneProps = {
  readonly chat: Chat;
  readonly state: AppState;
  readonly self: string;
  readonly hasFactory: boolean;
  readonly actions: Actions;
  readonly areDetailsOpen: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onBack: () => void;
  readonly onAddPeople: () => void;
  readonly onDetails: () => void;
};

export function ChatPane({
  chat,
  state,
  self,
  hasFactory,
  actions,
  areDetailsOpen,
  field,
  onBack,
  onAddPeople,
  onDetails,
}: ChatPaneProps): ReactNode {
  const { phase } = chat;
  const header = (
    <ChatHeader
      chat={chat}
      hasFactory={hasFactory}
      areDetailsOpen={areDetailsOpen}
      onBack={onBack}
      onAddPeople={onAddPeople}
      onDetails={onDetails}
    />
  );
  if (phase.is === "invited" || phase.is === "missed") {
    return (
      <>
        <div className={styles.back}>
          <Button
            kind="icon"
            label={words.back}
            icon={<ChevronLeft size={24} className="directional" aria-hidden="true" />}
            onPress={onBack}
          />
        </div>
        <div className={styles.invitation}>
          <Invitation chat={chat} state={state} actions={actions} />
        </div>
      </>
    );
  }
  const isOffline = state.connection.is !== "connected" && state.connection.is !== "back";
  return (
    <>
      {header}
      {chat.kind === "group" && phase.is !== "ended" ? (
        <MembersRow members={chat.members} isOpening={hasJustBegun(chat)} />
      ) : null}
      <Thread chat={chat} self={self} firstNew={state.firstNew} isOffline={isOffline} actions={actions}>
        <End chat={chat} state={state} isOffline={isOffline} actions={actions} />
      </Thread>
      {phase.is === "request" ? (
        <Request chat={chat} actions={actions} />
      ) : phase.is === "ended" ? (
        <p className={styles.over}>{words.chat.ended[phase.how]}</p>
      ) : (
        <Composer chat={chat} actions={actions} field={field} />
      )}
    </>
  );
}

const hasJustBegun = (chat: Chat): boolean => chat.items.some((item) => item.kind === "seam" && item.fresh);

type EndProps = {
  readonly chat: Chat;
  readonly state: AppState;
  readonly isOffline: boolean;
  readonly actions: Actions;
};

/** What stands at the end of the thread, beside what was said. */
function End({ chat, state, isOffline, actions }: EndProps): ReactNode {
  const { phase } = chat;
  if (phase.is === "asking" || chat.failure !== null) {
    return (
      <div className={styles.card}>
        <AskingCard chat={chat} state={state} actions={actions} />
      </div>
    );
  }
  // Without a connection the banner says all there is to say.
  if (phase.is === "joining" || (phase.is === "away" && !isOffline)) {
    return (
      <p className={styles.busy}>
        <LoaderCircle size={16} className={styles.spinner} aria-hidden="true" />
        {phase.is === "joining" ? words.chat.joining : words.chat.away(phase.cause)}
      </p>
    );
  }
  const peer = chat.members.find((member) => !member.self);
  if (chat.kind === "1-1" && chat.items.length === 0 && peer !== undefined) {
    return (
      <div className={styles.hello}>
        <ChatFace chat={chat} size={72} />
        {phase.is === "request" ? (
          <p className={classes(styles.helloText, styles.beforeAccept)}>{words.chat.beforeAccept(peer)}</p>
        ) : (
          <>
            <p className={styles.helloTitle}>{words.chat.hello(peer)}</p>
            <p className={styles.helloText}>{words.chat.helloMore}</p>
          </>
        )}
      </div>
    );
  }
  return null;
}
