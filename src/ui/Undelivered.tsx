/**
 * Text written to one person that was not reported when the group began. Its author decides who may read it; none
 * of the three choices is the default, and none is taken by a key pressed out of habit.
 */
import { CircleAlert, Users } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, Chat, Message } from "../client/model.ts";
import { MessageText } from "./Bubble.tsx";
import { Button } from "./Button.tsx";
import { Face } from "./Face.tsx";
import { sharedWith } from "./people-of-chat.ts";
import styles from "./Undelivered.module.css";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

type UndeliveredProps = { readonly chat: Chat; readonly message: Message; readonly actions: Actions };

const text = panels.undelivered;

export function Undelivered({ chat, message, actions }: UndeliveredProps): ReactNode {
  const peer = sharedWith(chat);
  const canSendToGroup = chat.kind === "group" && chat.phase.is !== "ended";
  const id = `undelivered-${message.id}`;
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h3 id={id} className={styles.title}>
        <CircleAlert size={16} aria-hidden="true" />
        {peer === null ? text.notAlone : text.not(peer)}
      </h3>
      <p className={styles.text} dir="auto">
        <MessageText text={message.text} />
      </p>
      <div className={styles.buttons}>
        {peer === null ? null : (
          <Button
            kind="soft"
            size="small"
            icon={<Face person={peer} size={20} />}
            onPress={() => actions.sendUndelivered(chat.id, message.id, "person")}
          >
            {text.toPerson(peer)}
          </Button>
        )}
        {canSendToGroup ? (
          <Button
            size="small"
            icon={<Users size={16} className={styles.groupIcon} aria-hidden="true" />}
            onPress={() => actions.sendUndelivered(chat.id, message.id, "group")}
          >
            {text.toGroup}
          </Button>
        ) : null}
        <Button kind="danger" size="small" onPress={() => actions.remove(chat.id, message.id)}>
          {words.delete}
        </Button>
      </div>
    </section>
  );
}
