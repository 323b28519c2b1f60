/**
 * Tells of an invitation that rings while another chat is open. It opens the invitation in its own place and never
 * answers it; closed, or once it is seen or rings no more, it does not come back.
 */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import type { Actions, AppState, Chat, Phase } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { ChatFace } from "./Face.tsx";
import styles from "./InvitationToast.module.css";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

type InvitationToastProps = { readonly state: AppState; readonly actions: Actions };

type Ringing = { readonly chat: Chat; readonly phase: Extract<Phase, { readonly is: "invited" }> };

export function InvitationToast({ state, actions }: InvitationToastProps): ReactNode {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const ringing = state.order.flatMap((id): readonly Ringing[] => {
    const chat = state.chats[id];
    return chat?.phase.is === "invited" ? [{ chat, phase: chat.phase }] : [];
  });
  const shown = ringing.find(
    ({ chat, phase }) => chat.id !== state.selected && !closed.has(keyOf(chat, phase)),
  );
  if (shown === undefined) return null;
  const { chat, phase } = shown;
  const key = keyOf(chat, phase);
  const close = (): void => setClosed((before) => new Set([...before, key]));
  const title = panels.invitation.to(phase.by, chat.subject);
  return (
    <section key={key} className={styles.toast} aria-label={words.list.invites(phase.by)}>
      <ChatFace chat={chat} size={40} />
      <p className={styles.text}>
        {title.who} <b dir="auto">{title.what}</b>
      </p>
      <Button
        kind="soft"
        size="small"
        onPress={() => {
          close();
          actions.select(chat.id);
        }}
      >
        {panels.invitation.show}
      </Button>
      <Button
        kind="icon"
        size="small"
        label={words.close}
        icon={<X size={16} aria-hidden="true" />}
        onPress={close}
      />
    </section>
  );
}

/** One ringing of one invitation: asked again, it is told again. */
const keyOf = (chat: Chat, phase: Ringing["phase"]): string => `${chat.id} ${phase.ringFrom}`;
