/**
 * The list of people in a dialog, in sections; who can't be chosen stays in it with the reason.
 *
 * It is walked from the field above it (the field keeps the focus), so an option is lit both by pointer and arrows.
 */
import { AtSign, Check } from "lucide-react";
import type { ReactNode } from "react";
import { Header, ListBox, ListBoxItem, ListBoxSection, Text } from "react-aria-components/ListBox";
import { classes } from "./class-names.ts";
import { Face } from "./Face.tsx";
import { addressBeside, fullName, shownAddress } from "./people.ts";
import type { Candidate } from "./picking.ts";
import styles from "./PeopleList.module.css";

export type PeopleSection = { readonly title: string; readonly people: readonly Candidate[] };

/** One name for whatever is typed: the option stays the same one while its address grows. */
const typedKey = "typed";

/** An address that was typed and nobody in the list has. */
export type TypedOption = { readonly address: string; readonly hint: string };

type PeopleListProps = {
  readonly label: string;
  readonly sections: readonly PeopleSection[];
  readonly typed: TypedOption | null;
  readonly typedTitle: string;
  /** Said in place of an empty list. */
  readonly empty: ReactNode;
  /** Picked addresses where several can be; null where pressing one is all there is to do. */
  readonly picked: ReadonlySet<string> | null;
  readonly onChoose: (address: string) => void;
};

export function PeopleList({
  label,
  sections,
  typed,
  typedTitle,
  empty,
  picked,
  onChoose,
}: PeopleListProps): ReactNode {
  const filled = sections.filter((section) => section.people.length > 0);
  const disabled = filled.flatMap((section) =>
    section.people.filter((person) => person.why !== null).map((person) => person.address),
  );
  const choose = (key: string): void => {
    if (key !== typedKey) onChoose(key);
    else if (typed !== null) onChoose(typed.address);
  };
  const change = (keys: ReadonlySet<unknown>): void => {
    const before = picked ?? new Set<string>();
    const listed = filled.flatMap((section) => section.people.map((person) => person.address));
    for (const key of [typedKey, ...listed]) {
      if (keys.has(key) !== before.has(key)) choose(key);
    }
  };
  return (
    <ListBox
      aria-label={label}
      className={styles.list ?? ""}
      disabledKeys={disabled}
      renderEmptyState={() => <p className={styles.empty}>{empty}</p>}
      {...(picked === null
        ? { selectionMode: "none" as const, onAction: (key) => choose(String(key)) }
        : {
            selectionMode: "multiple" as const,
            selectionBehavior: "toggle" as const,
            selectedKeys: picked,
            onSelectionChange: (keys) => {
              if (keys !== "all") change(keys);
            },
          })}
    >
      {typed === null ? null : (
        <ListBoxSection id="section-typed" className={styles.section ?? ""}>
          <Header className={styles.header ?? ""}>{typedTitle}</Header>
          <ListBoxItem id={typedKey} textValue={shownAddress(typed.address)} className={styles.option ?? ""}>
            <span className={styles.at}>
              <AtSign size={18} strokeWidth={1.75} aria-hidden="true" />
            </span>
            <span className={styles.texts}>
              <Text slot="label" className={styles.name ?? ""}>
                <bdi>{shownAddress(typed.address)}</bdi>
              </Text>
              <Text slot="description" className={styles.second ?? ""}>
                {typed.hint}
              </Text>
            </span>
            {picked === null ? null : <Tick isPicked={false} />}
          </ListBoxItem>
        </ListBoxSection>
      )}
      {filled.map((section) => (
        <ListBoxSection key={section.title} id={`section-${section.title}`} className={styles.section ?? ""}>
          <Header className={styles.header ?? ""}>{section.title}</Header>
          {section.people.map((person) => (
            <Option
              key={person.address}
              person={person}
              isPicked={picked?.has(person.address) ?? false}
              canPick={picked !== null && person.why === null}
            />
          ))}
        </ListBoxSection>
      ))}
    </ListBox>
  );
}

type OptionProps = { readonly person: Candidate; readonly isPicked: boolean; readonly canPick: boolean };

function Option({ person, isPicked, canPick }: OptionProps): ReactNode {
  const second = person.why ?? addressBeside(person);
  return (
    <ListBoxItem id={person.address} textValue={fullName(person)} className={styles.option ?? ""}>
      <Face person={person} size={40} is={person.why === null ? "in" : "off"} />
      <span className={styles.texts}>
        <Text slot="label" className={styles.name ?? ""}>
          <bdi>{fullName(person)}</bdi>
        </Text>
        {second === null ? null : (
          <Text slot="description" className={styles.second ?? ""}>
            {second}
          </Text>
        )}
      </span>
      {canPick ? <Tick isPicked={isPicked} /> : null}
    </ListBoxItem>
  );
}

function Tick({ isPicked }: { readonly isPicked: boolean }): ReactNode {
  return (
    <span className={classes(styles.tick, isPicked && styles.ticked)} aria-hidden="true">
      {isPicked ? <Check size={14} strokeWidth={2.5} /> : null}
    </span>
  );
}
