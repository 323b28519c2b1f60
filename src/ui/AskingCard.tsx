/**
 * The card at the end of a thread while a group is being started, and after nobody could join. Not a dialog: the
 * chat goes on beside it.
 *
 * One line per person: the ring around a face is the ring time that is left, a reason is words with the SIP status
 * in a small tag. A screen reader hears a change once, without the running time.
 */
import { BellRing, X } from "lucide-react";
import type { ReactNode } from "react";
import { useId } from "react";
import type { Actions, AppState, Asked, Chat } from "../client/model.ts";
import styles from "./AskingCard.module.css";
import { Button } from "./Button.tsx";
import { Face } from "./Face.tsx";
import { peerOf } from "./people-of-chat.ts";
import { shortName } from "./people.ts";
import { ringShare } from "./ring.ts";
import { useNow } from "./use-now.ts";
import { words } from "./words.ts";
import { askedSpoken, askedWords, panels } from "./words-panels.ts";

type AskingCardProps = { readonly chat: Chat; readonly state: AppState; readonly actions: Actions };

const text = panels.asking;
const second = 1000;

export function AskingCard({ chat, state, actions }: AskingCardProps): ReactNode {
  const id = useId();
  const isAsking = chat.phase.is === "asking";
  const asked = chat.phase.is === "asking" ? chat.phase.asked : (chat.failure ?? []);
  const self = state.session.is === "signed-in" ? state.session.address : null;
  const people = asked.filter((one) => !one.self && one.address !== self);
  const waiting = people.filter(isWaiting);
  const now = useNow(waiting.some((one) => one.ringUntil !== null) ? second : null);
  const peer = chat.kind === "1-1" ? peerOf(chat) : null;
  return (
    <section className={styles.card} aria-labelledby={id}>
      <header className={styles.header}>
        <h3 id={id} className={styles.title}>
          {isAsking ? text.title : text.failed}
        </h3>
        {waiting.length === 0 ? null : <p className={styles.count}>{text.waitingFor(waiting.length)}</p>}
      </header>
      <ul className={styles.people}>
        {people.map((one) => (
          <AskedLine
            key={one.address}
            asked={one}
            now={now}
            fromHere={one.address === peer?.address}
            onAskAgain={() => actions.askAgain(chat.id, one.address)}
          />
        ))}
      </ul>
      <footer className={styles.footer}>
        <p className={styles.note}>
          {isAsking ? text.opens : peer === null ? text.failedAlone : text.failedMore(peer)}
        </p>
        <Button
          size="small"
          onPress={() => (isAsking ? actions.cancelAsking(chat.id) : actions.dismissFailure(chat.id))}
        >
          {isAsking ? words.cancel : words.close}
        </Button>
      </footer>
      <div className="visually-hidden" aria-live="polite">
        {people.map((one) => (
          <p key={one.address}>{askedSpoken(one, one.address === peer?.address)}</p>
        ))}
      </div>
    </section>
  );
}

const isWaiting = (one: Asked): boolean =>
  one.is === "pending" || one.is === "joining" || one.is === "ringing";
const isOut = (one: Asked): boolean =>
  one.is === "declined" || one.is === "unreachable" || one.is === "left" || one.is === "removed";

type AskedLineProps = {
  readonly asked: Asked;
  readonly now: number;
  readonly fromHere: boolean;
  readonly onAskAgain: () => void;
};

function AskedLine({ asked, now, fromHere, onAskAgain }: AskedLineProps): ReactNode {
  const out = isOut(asked);
  const isHere = asked.is === "in" || asked.is === "away" || (asked.is === "joining" && fromHere);
  return (
    <li className={styles.line}>
      <span className={styles.face}>
        <Face
          person={asked}
          size={36}
          is={out ? "off" : isHere ? "in" : "asked"}
          ring={asked.is === "joining" ? "turning" : ringShare(asked, now)}
        />
        {out ? (
          <span className={styles.badge} aria-hidden="true">
            <X size={13} strokeWidth={2.5} />
          </span>
        ) : null}
      </span>
      <div className={styles.texts}>
        <p className={styles.name}>
          <bdi>{shortName(asked)}</bdi>
        </p>
        <p className={styles.state}>
          {asked.is === "ringing" ? <BellRing size={15} aria-hidden="true" /> : null}
          <span>{askedWords(asked, now, fromHere)}</span>
          {out && asked.status !== null ? (
            <code className={styles.code} title={text.code(asked.status)}>
              {asked.status}
            </code>
          ) : null}
        </p>
      </div>
      {out ? (
        <Button kind="text" size="small" label={words.askAgainWhom(asked)} onPress={onAskAgain}>
          {words.askAgain}
        </Button>
      ) : null}
    </li>
  );
}
