/**
 * The list: newest first, filtered by the search field, one stop for the Tab key and arrows inside.
 *
 * A row is one button; what a missed invitation offers stands beside it as a button of its own.
 */
import { Search, Settings, SquarePen, X } from "lucide-react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import type { Actions, AppState, ChatId, Person } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatList.module.css";
import { ChatRow } from "./ChatRow.tsx";
import { Face } from "./Face.tsx";
import { rowKeys } from "./row-keys.ts";
import { matching } from "./search.ts";
import { useNow } from "./use-now.ts";
import { searchKeys } from "./use-shortcuts.ts";
import { words } from "./words.ts";

const minute = 60_000;

type ChatListProps = {
  readonly state: AppState;
  readonly self: Person;
  readonly actions: Actions;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onNewChat: () => void;
  readonly onSettings: () => void;
};

export function ChatList({ state, self, actions, search, onNewChat, onSettings }: ChatListProps): ReactNode {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const now = useNow(minute);
  const rows = useRef<HTMLUListElement>(null);
  const found = useMemo(() => matching(state.order, state.chats, wanted), [state.order, state.chats, wanted]);
  // Rows are given once, so those of the list as it was are needed; React draws again before anything is shown.
  const [given, setGiven] = useState(() => ({ found, keys: rowKeys(found, new Map()) }));
  let { keys } = given;
  if (given.found !== found) {
    keys = rowKeys(found, keys);
    setGiven({ found, keys });
  }
  const stop = found.some((chat) => chat.id === state.selected) ? state.selected : (found[0]?.id ?? null);
  const select = useCallback((id: ChatId) => actions.select(id), [actions]);
  const join = useCallback((id: ChatId) => actions.join(id), [actions]);

  const onSearchKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && text !== "") {
      event.stopPropagation();
      setText("");
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      rowsIn(rows.current)[0]?.focus();
    } else if (event.key === "Enter") {
      const first = matching(state.order, state.chats, text)[0];
      if (first === undefined) return;
      setText("");
      actions.select(first.id);
    }
  };

  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>{words.list.title}</h2>
        <Button
          kind="icon"
          className={styles.me}
          label={words.list.account(self.name)}
          icon={<Face person={self} size={30} />}
          onPress={onSettings}
        />
        <Button
          kind="icon"
          label={words.list.newChat}
          icon={<SquarePen size={20} strokeWidth={1.75} aria-hidden="true" />}
          onPress={onNewChat}
        />
      </header>
      <div className={styles.search} data-empty={state.order.length === 0}>
        <Search size={17} aria-hidden="true" />
        <input
          ref={search}
          type="search"
          value={text}
          placeholder={words.list.search}
          aria-label={words.list.search}
          aria-keyshortcuts="Control+K Meta+K"
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onSearchKey}
        />
        {text === "" ? (
          <kbd aria-hidden="true">{searchKeys()}</kbd>
        ) : (
          <Button
            kind="icon"
            size="small"
            className={styles.clear}
            label={words.list.clearSearch}
            icon={<X size={16} aria-hidden="true" />}
            onPress={() => {
              setText("");
              search.current?.focus();
            }}
          />
        )}
      </div>
      {found.length === 0 ? (
        <p className={styles.none}>{text === "" ? words.list.none : words.list.nothingFound(text)}</p>
      ) : (
        // The arrow keys move between the rows' own buttons.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
        <ul
          ref={rows}
          className={styles.rows}
          aria-label={words.list.title}
          onKeyDown={(event) => rove(event, rows.current)}
        >
          {found.map((chat) => (
            <ChatRow
              key={keys.get(chat.id)}
              chat={chat}
              self={self.address}
              now={now}
              isSelected={chat.id === state.selected}
              isStop={chat.id === stop}
              onSelect={select}
              onJoin={join}
            />
          ))}
        </ul>
      )}
      <footer className={styles.footer}>
        <Face person={self} size={34} />
        <div className={styles.account}>
          <p className={styles.name}>
            <bdi>{self.name}</bdi>
          </p>
          <p className={styles.state} data-is={state.connection.is}>
            {words.connection[state.connection.is]}
          </p>
        </div>
        <Button
          kind="icon"
          label={words.list.settings}
          icon={<Settings size={20} strokeWidth={1.75} aria-hidden="true" />}
          onPress={onSettings}
        />
      </footer>
    </>
  );
}

const rowsIn = (list: HTMLElement | null): readonly HTMLElement[] =>
  list === null ? [] : [...list.querySelectorAll<HTMLElement>("[data-row]")];

function rove(event: KeyboardEvent, list: HTMLElement | null): void {
  const all = rowsIn(list);
  const at = all.findIndex((row) => row === document.activeElement);
  if (at === -1 || event.altKey || event.ctrlKey || event.metaKey) return;
  const to =
    event.key === "ArrowDown"
      ? at + 1
      : event.key === "ArrowUp"
        ? at - 1
        : event.key === "Home"
          ? 0
          : event.key === "End"
            ? all.length - 1
            : -1;
  const target = all[to];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
