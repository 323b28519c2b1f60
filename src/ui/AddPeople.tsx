/**
 * Adding people: to a 1-1, which starts a group, or to a group that runs.
 *
 * What will happen stands directly over the button, and the button names whom. Who is in the chat already stays
 * in the list with the reason. A typed address is checked by the client before it becomes a chip.
 */
import { Tag as TagIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useRef, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Input, Label, TextField } from "react-aria-components/TextField";
import type { Actions, AppState, Chat, Person } from "../client/model.ts";
import styles from "./AddPeople.module.css";
import { Button } from "./Button.tsx";
import { DialogFrame } from "./DialogFrame.tsx";
import { GrowingStrands } from "./GrowingStrands.tsx";
import { peerOf, selfOf } from "./people-of-chat.ts";
import { PeopleList } from "./PeopleList.tsx";
import { PickField } from "./PickField.tsx";
import { sizeWith, whyNobody, whyNot } from "./picking.ts";
import { usePicks } from "./use-picks.ts";
import { words } from "./words.ts";
import { dialogs } from "./words-dialogs.ts";

type AddPeopleProps = {
  readonly chat: Chat;
  readonly state: AppState;
  readonly actions: Actions;
  readonly onClose: () => void;
  /** What has the focus once people are asked; the button that opened this can't be pressed meanwhile. */
  readonly next: () => HTMLElement | null;
};

const text = dialogs.addPeople;
const longestName = 80;

export function AddPeople({ chat, state, actions, onClose, next }: AddPeopleProps): ReactNode {
  const { picks, picked, typed, problem, contacts, recent, checked, isListed, ...on } = usePicks(
    chat,
    state,
    actions,
  );
  const [subject, setSubject] = useState("");
  const wasJustPicked = useRef(false);
  const list = useRef<HTMLDivElement>(null);

  const startsGroup = chat.kind === "1-1";
  const isFull = chat.limit !== null && sizeWith(chat, picks) > chat.limit;
  const hasFactory = state.session.is === "signed-in" && state.session.hasFactory;
  const obstacle =
    startsGroup && !hasFactory
      ? words.chat.noFactory
      : isFull && chat.limit !== null
        ? text.tooMany(chat.limit)
        : null;

  const toggle = (address: string): void => {
    wasJustPicked.current = typed !== "" && !picked.has(address);
    on.toggle(address);
  };
  const commit = (): void => {
    if (list.current?.querySelector('[role="option"][data-focused]')) return;
    wasJustPicked.current = typed.trim() !== "";
    on.commit();
  };

  const submit = (): void => {
    const name = subject.trim();
    actions.addPeople(
      chat.id,
      picks.map((pick) => pick.address),
      startsGroup && name !== "" ? name : null,
    );
    onClose();
    // The dialog gives the focus back in the first frame without it.
    requestAnimationFrame(() => requestAnimationFrame(() => next()?.focus()));
  };

  return (
    <DialogFrame
      title={text.title}
      isTall
      isDismissable={picks.length === 0 && typed === ""}
      onClose={onClose}
      footer={
        <>
          <div className={styles.note}>
            <GrowingStrands before={here(chat, state)} added={picks} />
            <p id="add-note">{obstacle ?? note(chat, picks.length)}</p>
          </div>
          <div className={styles.buttons}>
            <Button className={styles.cancel} onPress={onClose}>
              {words.cancel}
            </Button>
            <Button
              kind="solid"
              className={styles.submit}
              aria-describedby="add-note"
              isDisabled={picks.length === 0 || obstacle !== null}
              onPress={submit}
            >
              {picks.length === 0 ? text.submitNobody : text.submit(picks)}
            </Button>
          </div>
        </>
      }
    >
      {/* What was just picked by typing stays lit below; a second Enter must not take it back. */}
      <div
        ref={list}
        className={styles.body}
        onKeyDownCapture={(event) => {
          if (event.key === "Enter" && typed === "" && wasJustPicked.current) event.stopPropagation();
          else if (event.key !== "Enter") wasJustPicked.current = false;
        }}
      >
        <Autocomplete inputValue={typed} onInputChange={on.onType}>
          <PickField
            label={text.field}
            example={text.example}
            picks={picks}
            isEmpty={typed === ""}
            problem={problem}
            onEnter={commit}
            onRemove={on.remove}
            onPaste={on.paste}
          />
          <PeopleList
            label={text.people}
            sections={[
              { title: text.contacts, people: contacts },
              { title: text.recent, people: recent },
            ]}
            typed={
              checked !== null && "address" in checked && !isListed
                ? { address: checked.address, hint: whyNot(chat, checked.address) ?? text.addAddress }
                : null
            }
            typedTitle={text.typed}
            empty={whyNobody(typed, checked, problem, text.noContacts)}
            picked={picked}
            onChoose={toggle}
          />
        </Autocomplete>
        {startsGroup ? (
          <TextField
            className={styles.name ?? ""}
            data-empty={subject === ""}
            value={subject}
            maxLength={longestName}
            autoComplete="off"
            onChange={setSubject}
          >
            <TagIcon size={18} strokeWidth={1.75} aria-hidden="true" />
            <Input className={styles.nameInput ?? ""} enterKeyHint="done" />
            <Label className={styles.nameLabel ?? ""}>{text.groupName}</Label>
          </TextField>
        ) : null}
      </div>
    </DialogFrame>
  );
}

/** Whose strands come in from the left, yourself first. */
function here(chat: Chat, state: AppState): readonly Person[] {
  const self = selfOf(state);
  const others =
    chat.kind === "1-1"
      ? [peerOf(chat)]
      : chat.members.filter((one) => !one.self && whyNot(chat, one.address) !== null);
  return self === null ? others : [self, ...others];
}

function note(chat: Chat, n: number): string {
  if (chat.kind === "group") return text.grows(n);
  return text.starts(peerOf(chat));
}
