/** Whose chat this is, and what can be done with it. What is disabled has its reason right below. */
import { ChevronLeft, EllipsisVertical, PanelRight, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import type { Chat, Person } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatHeader.module.css";
import { classes } from "./class-names.ts";
import { ChatFace } from "./Face.tsx";
import { peerOf } from "./people-of-chat.ts";
import { addressBeside, fullName } from "./people.ts";
import { words } from "./words.ts";

type ChatHeaderProps = {
  readonly chat: Chat;
  readonly hasFactory: boolean;
  readonly areDetailsOpen: boolean;
  readonly onBack: () => void;
  readonly onAddPeople: () => void;
  readonly onDetails: () => void;
};

export function ChatHeader({
  chat,
  hasFactory,
  areDetailsOpen,
  onBack,
  onAddPeople,
  onDetails,
}: ChatHeaderProps): ReactNode {
  const former = whoWasHere(chat);
  const canAdd = canBeAddedTo(chat);
  const problem = canAdd ? whyNobodyCanBeAdded(chat, hasFactory) : null;
  const says = problem !== null && chat.phase.is !== "asking";
  return (
    <>
      <header className={styles.header}>
        <Button
          kind="icon"
          className={styles.back}
          label={words.back}
          icon={<ChevronLeft size={24} className="directional" aria-hidden="true" />}
          onPress={onBack}
        />
        <ChatFace chat={chat} size={chat.kind === "group" ? 42 : 40} />
        <div className={styles.titles}>
          {former === null ? null : (
            <span className={styles.former} aria-hidden="true">
              <bdi>{fullName(former)}</bdi>
            </span>
          )}
          <h2 key={chat.title} className={classes(styles.title, former !== null && styles.follows)}>
            <bdi>{chat.title}</bdi>
          </h2>
          <Second chat={chat} />
        </div>
        {canAdd ? (
          <Button
            kind="soft"
            className={classes(styles.add, areDetailsOpen && styles.narrow)}
            label={words.chat.addPeople}
            icon={<UserPlus size={20} strokeWidth={1.75} aria-hidden="true" />}
            isDisabled={problem !== null}
            {...(says ? { "aria-describedby": "why-nobody-can-be-added" } : {})}
            onPress={onAddPeople}
          >
            <span className={styles.addWords}>{words.chat.addPeople}</span>
          </Button>
        ) : null}
        <Button
          kind="icon"
          label={words.chat.details}
          aria-expanded={areDetailsOpen}
          onPress={onDetails}
          icon={
            <>
              <PanelRight size={20} strokeWidth={1.75} className={styles.wideIcon} aria-hidden="true" />
              <EllipsisVertical size={22} className={styles.phoneIcon} aria-hidden="true" />
            </>
          }
        />
      </header>
      {says ? (
        <p id="why-nobody-can-be-added" className={styles.why}>
          {problem}
        </p>
      ) : null}
    </>
  );
}

/** How many are in it, or who it is; of a group one is not in any more, nobody tells. */
function Second({ chat }: { readonly chat: Chat }): ReactNode {
  if (chat.kind === "group") {
    if (chat.phase.is === "ended") return null;
    const here = chat.members.filter((member) => member.is === "in" || member.is === "away").length;
    return <p className={styles.second}>{words.chat.people(here)}</p>;
  }
  const address = addressBeside(peerOf(chat));
  if (chat.isPlain) {
    return (
      <p className={styles.second}>
        {words.chat.plain}
        {address === null ? null : <span className={styles.more}>{` · ${address}`}</span>}
      </p>
    );
  }
  return address === null ? null : <p className={styles.second}>{address}</p>;
}

/** Whose name the title was until just now, where a group takes the place of a 1-1. */
function whoWasHere(chat: Chat): Person | null {
  const seam = chat.items.find((item) => item.kind === "seam");
  const self = chat.members.find((member) => member.self)?.address;
  return seam?.fresh === true ? (seam.above.find(({ address }) => address !== self) ?? null) : null;
}

export function canBeAddedTo(chat: Chat): boolean {
  const { phase } = chat;
  return phase.is !== "invited" && phase.is !== "missed" && phase.is !== "ended" && phase.is !== "request";
}

export function whyNobodyCanBeAdded(chat: Chat, hasFactory: boolean): string | null {
  if (chat.kind === "1-1" && !hasFactory) return words.chat.noFactory;
  if (chat.phase.is === "asking") return words.chat.askingNow;
  const belong = chat.members.filter(
    (member) =>
      member.is !== "left" &&
      member.is !== "removed" &&
      member.is !== "declined" &&
      member.is !== "unreachable",
  );
  if (chat.limit !== null && chat.kind === "group" && belong.length >= chat.limit)
    return words.chat.full(chat.limit);
  return null;
}
