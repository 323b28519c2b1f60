/**
 * Over the chat while something is wrong with the connection: the cause first, when it is tried again, Try now.
 *
 * It never says "connected" while nothing flows, and is gone when all is well. The sentence is said once by a
 * screen reader; the seconds never are.
 */
import { Check, LoaderCircle, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, Connection } from "../client/model.ts";
import styles from "./Banner.module.css";
import { Button } from "./Button.tsx";
import { share } from "./ring.ts";
import { useNow, useUntil } from "./use-now.ts";
import { panels } from "./words-panels.ts";

type BannerProps = {
  readonly connection: Connection;
  /** What is written goes as plain messages, which need no relay. */
  readonly isPlain: boolean;
  readonly actions: Actions;
};

const text = panels.banner;
const backFor = 2000;

export function Banner({ connection, isPlain, actions }: BannerProps): ReactNode {
  const isFresh = useUntil(connection.is === "back" ? connection.since + backFor : 0);
  const isShown = connection.is !== "connected" && (connection.is !== "back" || isFresh);
  return (
    <div className={styles.frame} data-is={isShown ? connection.is : "connected"}>
      {isShown ? <Icon connection={connection} /> : null}
      <output className={styles.text}>
        {isShown ? <Sentence connection={connection} isPlain={isPlain} /> : null}
      </output>
      {connection.is === "waiting" ? (
        <>
          <Countdown from={connection.waitedFrom} until={connection.retryAt} />
          <Button kind="outline" size="small" className={styles.button} onPress={() => actions.tryNow()}>
            {text.tryNow}
          </Button>
        </>
      ) : null}
      {connection.is === "refused" ? (
        <Button kind="outline" size="small" className={styles.button} onPress={() => actions.signOut()}>
          {text.signIn}
        </Button>
      ) : null}
    </div>
  );
}

function Icon({ connection }: { readonly connection: Connection }): ReactNode {
  switch (connection.is) {
    case "connected":
      return null;
    case "connecting":
      return <LoaderCircle size={20} strokeWidth={1.75} className={styles.turning} aria-hidden="true" />;
    case "back":
      return <Check size={20} strokeWidth={1.75} aria-hidden="true" />;
    case "waiting":
    case "refused":
      return <WifiOff size={20} strokeWidth={1.75} aria-hidden="true" />;
  }
}

function Sentence({ connection, isPlain }: Pick<BannerProps, "connection" | "isPlain">): ReactNode {
  switch (connection.is) {
    case "connected":
      return null;
    case "back":
      return <b>{text.back}</b>;
    case "refused":
      return <b>{connection.cause}</b>;
    case "connecting":
    case "waiting":
      if (isPlain && connection.isRelayAlone)
        return (
          <>
            <b>{connection.cause}</b> {text.plainGoes}
          </>
        );
      return (
        <>
          <b>{connection.cause}</b> <span className={styles.long}>{text.keepWriting}</span>
          <span className={styles.short}>{text.keepWritingShort}</span>
        </>
      );
  }
}

/** The ring empties while the number counts down; outside of the sentence, so that no second is ever said. */
function Countdown({ from, until }: { readonly from: number; readonly until: number }): ReactNode {
  const now = useNow(250);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const left = Math.round((share(from, until, now) ?? 0) * 100);
  return (
    <span className={styles.count}>
      <span className="visually-hidden">{text.tryingIn(seconds)}</span>
      <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
        <circle cx="14" cy="14" r="12" className={styles.track} />
        <circle
          cx="14"
          cy="14"
          r="12"
          className={styles.arc}
          pathLength="100"
          strokeDasharray={`${left} 100`}
        />
      </svg>
      <span aria-hidden="true" className={styles.seconds}>
        {seconds}
      </span>
    </span>
  );
}
