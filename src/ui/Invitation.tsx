/**
 * An invitation to a group: who asks, into what, who is in it, and two buttons of one size. It stands in its own
 * chat, never over another one.
 *
 * What was missed or refused stays as a quiet page with Join; what was joined elsewhere says so and offers nothing.
 */
import { Smartphone, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, AppState, Chat, Member, Person, Phase } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import { Face, faceIs, type FaceOf, facesOf, GroupFace } from "./Face.tsx";
import styles from "./Invitation.module.css";
import { fullName } from "./people.ts";
import { useNow } from "./use-now.ts";
import { words } from "./words.ts";
import { memberWords, panels } from "./words-panels.ts";

type InvitationProps = { readonly chat: Chat; readonly state: AppState; readonly actions: Actions };

const text = panels.invitation;
const second = 1000;
const mostShown = 4;

export function Invitation({ chat, actions }: InvitationProps): ReactNode {
  switch (chat.phase.is) {
    case "invited":
      return <Invited chat={chat} phase={chat.phase} actions={actions} />;
    case "missed":
      return <Missed chat={chat} phase={chat.phase} actions={actions} />;
    default:
      return null;
  }
}

type InvitedProps = {
  readonly chat: Chat;
  readonly phase: Extract<Phase, { readonly is: "invited" }>;
  readonly actions: Actions;
};

function Invited({ chat, phase, actions }: InvitedProps): ReactNode {
  const title = text.to(phase.by, chat.subject);
  return (
    <div className={styles.page}>
      <div className={styles.card}>
        <div className={styles.top}>
          <GroupFace people={facesFor(chat, phase.by)} size={92} className={styles.faces} />
          <h2 tabIndex={-1} className={styles.title}>
            {title.who}{" "}
            <span className={styles.subject} dir="auto">
              {title.what}
            </span>
          </h2>
          <p className={styles.more}>{text.read}</p>
          <PeopleInIt chat={chat} by={phase.by} />
        </div>
        <div className={styles.answer}>
          <div className={styles.buttons}>
            <Button size="large" onPress={() => actions.decline(chat.id)}>
              {words.decline}
            </Button>
            <Button kind="solid" size="large" onPress={() => actions.join(chat.id)}>
              {words.join}
            </Button>
          </div>
          <RingTime until={phase.ringUntil} />
        </div>
      </div>
    </div>
  );
}

function RingTime({ until }: { readonly until: number }): ReactNode {
  const now = useNow(second);
  return <p className={styles.rings}>{text.rings(until, now)}</p>;
}

/** Only who is known to belong: before joining, little is. */
function PeopleInIt({ chat, by }: { readonly chat: Chat; readonly by: Person }): ReactNode {
  const now = useNow(null);
  const others = chat.members.filter(
    (one) => !one.self && one.address !== by.address && faceIs(one) !== "off",
  );
  const shown = others.slice(0, mostShown);
  const rest = others.length - shown.length;
  const line = (person: Person, state: string, is: FaceOf["is"]): ReactNode => (
    <li key={person.address} className={styles.person}>
      <Face person={person} size={36} is={is} />
      <div className={styles.texts}>
        <p className={styles.name}>
          <bdi>{fullName(person)}</bdi>
        </p>
        <p className={styles.state}>{state}</p>
      </div>
    </li>
  );
  return (
    <ul className={styles.people} aria-label={text.people}>
      {line(by, text.invites, "in")}
      {shown.map((one: Member) => line(one, memberWords(one, now, null), faceIs(one)))}
      {rest === 0 ? null : <li className={styles.rest}>{words.chat.moreMembers(rest)}</li>}
    </ul>
  );
}

type MissedProps = {
  readonly chat: Chat;
  readonly phase: Extract<Phase, { readonly is: "missed" }>;
  readonly actions: Actions;
};

function Missed({ chat, phase, actions }: MissedProps): ReactNode {
  const isElsewhere = phase.how === "elsewhere";
  const heading =
    phase.how === "elsewhere" ? text.elsewhere : phase.how === "declined" ? text.declined : text.missed;
  return (
    <div className={styles.page}>
      <div className={classes(styles.card, styles.quiet)}>
        <div className={styles.top}>
          <GroupFace people={facesFor(chat, phase.by)} size={72} />
          <p className={styles.kind}>
            {isElsewhere ? (
              <Smartphone size={16} aria-hidden="true" />
            ) : (
              <UserPlus size={16} aria-hidden="true" />
            )}
            {heading}
          </p>
          <h2 tabIndex={-1} className={classes(styles.title, styles.small)} dir="auto">
            {text.invited(phase.by, chat.subject)}
          </h2>
          <p className={styles.more}>{isElsewhere ? text.elsewhereMore : text.later}</p>
        </div>
        {isElsewhere ? null : (
          <div className={styles.answer}>
            <div className={styles.buttons}>
              <Button kind="solid" size="large" onPress={() => actions.join(chat.id)}>
                {words.join}
              </Button>
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

/** Who asks comes first; at least that face is always known. */
function facesFor(chat: Chat, by: Person): readonly FaceOf[] {
  const others = facesOf(chat).filter((one) => one.person.address !== by.address);
  return [{ person: by, is: "in" }, ...others.slice(0, 2)];
}
