/** One person in the details: state in words, and the one thing that is useful to do about it. */
import { MessageCircle } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, Chat, Member } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./Details.module.css";
import { Face, faceIs } from "./Face.tsx";
import { lastLineAt, starterOf } from "./people-of-chat.ts";
import { fullName } from "./people.ts";
import { ringShare } from "./ring.ts";
import { words } from "./words.ts";
import { memberWords } from "./words-panels.ts";
import { dialogs } from "./words-dialogs.ts";

type DetailsMemberProps = {
  readonly chat: Chat;
  readonly member: Member;
  readonly now: number;
  readonly actions: Actions;
};

const text = dialogs.details;

export function DetailsMember({ chat, member, now, actions }: DetailsMemberProps): ReactNode {
  const ring = member.is === "joining" ? "turning" : ringShare(member, now);
  const at = lastLineAt(chat, member.is, member.address);
  const isStarter = member.is === "in" && starterOf(chat) === member.address;
  return (
    <li className={styles.member}>
      <Face
        person={member}
        size={ring === undefined ? 40 : 36}
        is={faceIs(member)}
        ring={ring}
        className={ring === undefined ? undefined : styles.ringing}
      />
      <div className={styles.texts}>
        <p className={styles.name}>
          <bdi>{member.self ? text.you : fullName(member)}</bdi>
        </p>
        <p className={styles.state}>{isStarter ? text.started : memberWords(member, now, at)}</p>
      </div>
      <Useful chat={chat} member={member} actions={actions} />
    </li>
  );
}

function Useful({ chat, member, actions }: Omit<DetailsMemberProps, "now">): ReactNode {
  if (member.self) return null;
  const canAsk = chat.phase.is === "open" || chat.phase.is === "asking";
  switch (member.is) {
    case "in":
    case "away":
      return (
        <Button
          kind="icon"
          label={text.privateChat(member)}
          icon={<MessageCircle size={20} strokeWidth={1.75} aria-hidden="true" />}
          onPress={() => actions.startChat(member.address)}
        />
      );
    case "declined":
    case "unreachable":
      return canAsk ? (
        <Button
          kind="text"
          size="small"
          className={styles.ask}
          label={words.askAgainWhom(member)}
          onPress={() => actions.askAgain(chat.id, member.address)}
        >
          {words.askAgain}
        </Button>
      ) : null;
    case "pending":
    case "joining":
    case "ringing":
    case "left":
    case "removed":
      return null;
  }
}
