/**
 * Starting a chat: somebody who is listed, or any address typed. Nothing is sent before the first message is.
 */
import type { ReactNode } from "react";
import { useMemo, useRef, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import type { Actions, AppState } from "../client/model.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import styles from "./NewChat.module.css";
import { PeopleList } from "./PeopleList.tsx";
import { PickField } from "./PickField.tsx";
import { candidates, find, looksLikeAddress, whyNobody } from "./picking.ts";
import { dialogs } from "./words-dialogs.ts";

type NewChatProps = { readonly state: AppState; readonly actions: Actions; readonly onClose: () => void };

const text = dialogs.newChat;

export function NewChat({ state, actions, onClose }: NewChatProps): ReactNode {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const known = useMemo(() => candidates(state, null), [state]);
  const contacts = find(known.contacts, typed);
  const recent = find(known.recent, typed);
  const found = [...contacts, ...recent];
  const checked =
    typed.trim() === "" || (found.length > 0 && !looksLikeAddress(typed))
      ? null
      : actions.checkAddress(typed, null);
  const isListed =
    checked !== null && "address" in checked && found.some((one) => one.address === checked.address);

  const start = (address: string): void => {
    const why = actions.startChat(address);
    if (why === null) onClose();
    else setProblem(why);
  };
  const commit = (): void => {
    if (typed.trim() === "" || list.current?.querySelector('[role="option"][data-focused]')) return;
    const first = found[0];
    if (first !== undefined && !looksLikeAddress(typed)) {
      start(first.address);
      return;
    }
    const answer = checked ?? actions.checkAddress(typed, null);
    if ("problem" in answer) setProblem(answer.problem);
    else start(answer.address);
  };

  return (
    <DialogFrame title={text.title} isTall isDismissable={typed === ""} onClose={onClose}>
      <div ref={list} className={styles.body}>
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
            picks={[]}
            isEmpty={typed === ""}
            problem={problem}
            onEnter={commit}
            onRemove={() => undefined}
            onPaste={() => false}
          />
          <PeopleList
            label={text.people}
            sections={[
              { title: dialogs.addPeople.contacts, people: contacts },
              { title: dialogs.addPeople.recent, people: recent },
            ]}
            typed={
              checked !== null && "address" in checked && !isListed
                ? { address: checked.address, hint: text.startWith }
                : null
            }
            typedTitle={dialogs.addPeople.typed}
            empty={whyNobody(typed, checked, problem, text.noContacts)}
            picked={null}
            onChoose={start}
          />
        </Autocomplete>
      </div>
    </DialogFrame>
  );
}
