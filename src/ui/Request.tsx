/**
 * A chat from somebody not known yet: what they wrote stands above, and nothing is answered, not even that it was
 * received, before a person says so.
 */
import type { ReactNode } from "react";
import type { Actions, Chat } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { Face } from "./Face.tsx";
import { shownAddress } from "./people.ts";
import styles from "./Request.module.css";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

export function Request({ chat, actions }: { readonly chat: Chat; readonly actions: Actions }): ReactNode {
  if (chat.phase.is !== "request") return null;
  const { from } = chat.phase;
  return (
    <section className={styles.request} aria-labelledby="request-title">
      <Face person={from} size={44} />
      <div className={styles.texts}>
        <h3 id="request-title" className={styles.title} dir="auto">
          {panels.request.title(from)}
        </h3>
        <p className={styles.second}>
          {shownAddress(from.address)} · {panels.request.unknown}. {panels.request.more}
        </p>
      </div>
      <div className={styles.buttons}>
        <Button onPress={() => actions.decline(chat.id)}>{words.decline}</Button>
        <Button kind="solid" onPress={() => actions.join(chat.id)}>
          {words.accept}
        </Button>
      </div>
    </section>
  );
}
