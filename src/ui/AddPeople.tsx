/**
 * Adding people: to a 1-1, which starts a group, or to a group that runs.
 *
 * What will happen stands directly over the button, and the button names whom. Who is in the chat already stays
 * in the list with the reason. A typed address is checked by the client before it becomes a chip.
 */
import { Tag as TagIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useMemo, useRef, useState } from "react";
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
import {
  candidates,
  find,
  looksLikeAddress,
  type Picked,
  pickOf,
  sizeWith,
  splitAddresses,
  whyNot,
  withPick,
} from "./picking.ts";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

type AddPeopleProps = {
  readonly chat: Chat;
  readonly state: AppState;
  readonly actions: Actions;
  readonly onClose: () => void;
};

const text = panels.addPeople;
const longestName = 80;

export function AddPeople({ chat, state, actions, onClose }: AddPeopleProps): ReactNode {
  const [picks, setPicks] = useState<readonly Picked[]>([]);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [subject, setSubject] = useState("");
  const wasJustPicked = useRef(false);
  const list = useRef<HTMLDivElement>(null);

  const known = useMemo(() => candidates(state, chat), [state, chat]);
  const picked = useMemo(() => new Set(picks.map((pick) => pick.address)), [picks]);
  const contacts = find(known.contacts, typed);
  const recent = find(known.recent, typed);
  const found = [...contacts, ...recent];
  const checked =
    typed.trim() === "" || (found.length > 0 && !looksLikeAddress(typed))
      ? null
      : actions.checkAddress(typed, chat.id);
  const isListed =
    checked !== null &&
    "address" in checked &&
    (picked.has(checked.address) || found.some((one) => one.address === checked.address));

  const startsGroup = chat.kind === "1-1";
  const isFull = chat.limit !== null && sizeWith(chat, picks) > chat.limit;
  const hasFactory = state.session.is === "signed-in" && state.session.hasFactory;
  const obstacle =
    startsGroup && !hasFactory
      ? words.chat.noFactory
      : isFull && chat.limit !== null
        ? text.tooMany(chat.limit)
        : null;

  const clear = (): void => {
    setTyped("");
    setProblem(null);
  };
  const toggle = (address: string): void => {
    if (picked.has(address)) {
      setPicks(picks.filter((one) => one.address !== address));
    } else {
      setPicks(withPick(picks, pickOf(address, known)));
      wasJustPicked.current = typed !== "";
      clear();
    }
  };
  const remove = (address: string): void =>
    setPicks((before) => before.filter((one) => one.address !== address));

  /** Enter where no option is lit: the first that is found, else what was typed, else why it can't be used. */
  const commit = (): void => {
    if (typed.trim() === "" || list.current?.querySelector('[role="option"][data-focused]')) return;
    const first = found.find((one) => one.why === null && !picked.has(one.address));
    if (first !== undefined && !looksLikeAddress(typed)) {
      toggle(first.address);
      return;
    }
    const answer = checked ?? actions.checkAddress(typed, chat.id);
    if ("problem" in answer) setProblem(answer.problem);
    else take(answer.address);
  };
  const take = (address: string): void => {
    const why = whyNot(chat, address);
    if (why !== null) {
      setProblem(why);
      return;
    }
    setPicks((before) => withPick(before, pickOf(address, known)));
    clear();
  };

  /** Several addresses at once, or one that is whole; what can't be used stays in the field with the reason. */
  const paste = (pasted: string): boolean => {
    const several = splitAddresses(pasted);
    const parts =
      several.length > 0 ? several : typed === "" && looksLikeAddress(pasted) ? [pasted.trim()] : [];
    if (parts.length === 0) return false;
    const left: string[] = [];
    let why: string | null = null;
    let next = picks;
    for (const part of parts) {
      const answer = actions.checkAddress(part, chat.id);
      const cannot = "problem" in answer ? answer.problem : whyNot(chat, answer.address);
      if (cannot !== null || "problem" in answer) {
        left.push(part);
        why ??= cannot;
      } else {
        next = withPick(next, pickOf(answer.address, known));
      }
    }
    setPicks(next);
    setTyped(left.join(", "));
    setProblem(why);
    return true;
  };

  const submit = (): void => {
    const name = subject.trim();
    actions.addPeople(
      chat.id,
      picks.map((pick) => pick.address),
      startsGroup && name !== "" ? name : null,
    );
    onClose();
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
        <Autocomplete
          inputValue={typed}
          onInputChange={(value) => {
            setTyped(value);
            setProblem(null);
          }}
        >
          <PickField
            label={text.field}
            example={text.example}
            picks={picks}
            isEmpty={typed === ""}
            problem={problem}
            onEnter={commit}
            onRemove={remove}
            onPaste={paste}
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
            empty={
              checked !== null && "problem" in checked && looksLikeAddress(typed)
                ? checked.problem
                : typed.trim() === ""
                  ? text.noContacts
                  : text.nobody(typed.trim())
            }
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
            <Label className={styles.nameLabel ?? ""}>{text.groupNameHint}</Label>
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
