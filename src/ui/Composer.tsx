/**
 * Where one writes. The chip says who will read it, and stays while the text was begun for somebody else.
 *
 * Enter sends, Shift+Enter starts a new line. For a moment after the readers changed, nothing is sent: words meant
 * for one person must not reach everybody by habit.
 */
import { ArrowUp, Users } from "lucide-react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { useCallback, useEffect, useLayoutEffect } from "react";
import type { Actions, Chat } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import styles from "./Composer.module.css";
import { Face } from "./Face.tsx";
import { colourOf, shortName } from "./people.ts";
import { useUntil } from "./use-now.ts";
import { words } from "./words.ts";

type ComposerProps = {
  readonly chat: Chat;
  readonly actions: Actions;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};

export function Composer({ chat, actions, field }: ComposerProps): ReactNode {
  const { draft } = chat;
  const { label, inertUntil } = chat.composer;
  const isInert = useUntil(inertUntil) && draft !== "";
  const isEmpty = draft.trim() === "";

  useLayoutEffect(() => {
    if (field.current !== null) fit(field.current);
  }, [draft, label, field]);
  // A narrower field needs more lines for the same text.
  useEffect(() => {
    const area = field.current;
    if (area === null) return;
    const observer = new ResizeObserver(() => requestAnimationFrame(() => fit(area)));
    observer.observe(area);
    return () => observer.disconnect();
  }, [field]);

  const send = useCallback((): void => {
    if (isEmpty || Date.now() < inertUntil) return;
    actions.send(chat.id, withoutEmptyEnds(draft));
    actions.setDraft(chat.id, "");
    field.current?.focus();
  }, [actions, chat.id, draft, field, inertUntil, isEmpty]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  const peer = chat.kind === "1-1" ? (chat.members.find((member) => !member.self) ?? null) : null;
  const title = peer === null ? chat.title : shortName(peer);
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {/* Pressing anywhere in the box is pressing the field; the keyboard is in it already. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div className={styles.box} onClick={() => field.current?.focus()}>
        {label === null ? null : (
          <span
            key={label}
            className={classes(styles.chip, peer === null && styles.everyone)}
            id="composer-label"
            {...(peer === null ? {} : { "data-person": colourOf(peer.address) })}
          >
            {peer === null ? <Users size={14} aria-hidden="true" /> : <Face person={peer} size={20} />}
            {label}
          </span>
        )}
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          dir="auto"
          value={draft}
          placeholder={label === null ? words.composer.label(title) : ""}
          aria-label={words.composer.label(title)}
          enterKeyHint="send"
          autoComplete="off"
          {...(label === null ? {} : { "aria-describedby": "composer-label" })}
          onChange={(event) => actions.setDraft(chat.id, event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <Button
        type="submit"
        kind="solid"
        className={classes(styles.send, (isEmpty || isInert) && styles.idle)}
        label={words.composer.send}
        isDisabled={isEmpty || isInert}
        icon={<ArrowUp size={20} aria-hidden="true" />}
      />
    </form>
  );
}

/** Without what is empty around it; how far the first of several lines is set in means something. */
function withoutEmptyEnds(text: string): string {
  const bare = text.trim();
  return bare.includes("\n") ? text.replace(/^(?:[^\S\n]*\n)+/u, "").trimEnd() : bare;
}

/** As high as its text; how high at most is the style's to say. */
function fit(area: HTMLTextAreaElement): void {
  area.style.height = "0px";
  area.style.height = `${area.scrollHeight}px`;
}
