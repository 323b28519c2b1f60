/** What the chat pane says while no chat is in it: always one next step, never a picture alone. */
import { Plus, SquarePen } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, AppState, Person } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./Empty.module.css";
import { Face } from "./Face.tsx";
import { shortName } from "./people.ts";
import { searchKeys } from "./use-shortcuts.ts";
import { words } from "./words.ts";

const mostWaiting = 3;

type NoChatsProps = {
  readonly state: AppState;
  readonly self: Person;
  readonly actions: Actions;
  readonly onNewChat: () => void;
};

export function NoChats({ state, self, actions, onNewChat }: NoChatsProps): ReactNode {
  const waiting = whoIsWaiting(state, self);
  return (
    <div className={styles.empty}>
      <div className={styles.pair} aria-hidden="true">
        <Face person={self} size={72} />
        <span className={styles.plus}>
          <Plus size={24} />
        </span>
      </div>
      <h2 className={styles.title}>{words.empty.none}</h2>
      <p className={styles.text}>{words.empty.noneMore.join(" ")}</p>
      <Button
        kind="solid"
        size="large"
        icon={<SquarePen size={20} strokeWidth={1.75} aria-hidden="true" />}
        onPress={onNewChat}
      >
        {words.list.newChat}
      </Button>
      {waiting.length === 0 ? null : (
        <>
          <p className={styles.waiting}>{words.empty.waiting}</p>
          <ul className={styles.people}>
            {waiting.map((person) => (
              <li key={person.address}>
                <Button
                  className={styles.person}
                  label={words.empty.chatWith(person)}
                  icon={<Face person={person} size={26} />}
                  onPress={() => actions.startChat(person.address)}
                >
                  {shortName(person)}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** On a demo server, the other demo people of the same domain. */
function whoIsWaiting(state: AppState, self: Person): readonly Person[] {
  const domain = self.address.split("@").at(-1);
  const preset = state.config.presets.find((one) => one.domain === domain);
  return (preset?.demo ?? []).filter((person) => person.address !== self.address).slice(0, mostWaiting);
}

export function NothingSelected(): ReactNode {
  const [before, after] = words.empty.unselectedMore;
  return (
    <div className={styles.empty}>
      <svg className={styles.strands} width="206" height="64" viewBox="0 0 206 64" aria-hidden="true">
        <path d="M3 17C46 17 60 28 96 28C134 28 140 3 203 3" data-person="0" />
        <path d="M3 45C50 45 60 34 100 34C140 33 150 31 203 31" data-person="1" />
        <path d="M114 37C134 43 150 59 203 59" data-person="2" />
      </svg>
      <h2 className={styles.title}>{words.empty.unselected}</h2>
      <p className={styles.text}>
        {before}
        <kbd>{searchKeys()}</kbd>
        {after}
      </p>
    </div>
  );
}
