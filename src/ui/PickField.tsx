/**
 * The field with chips: who is picked, and what is typed to find the next one.
 *
 * A contact's chip has the person's colour; a typed address is neutral, with its @. Backspace in the empty field
 * takes the last one back; the arrow keys move between chips once one has the focus.
 */
import { AtSign, X } from "lucide-react";
import type { ClipboardEvent, ReactNode } from "react";
import { SelectableCollectionContext } from "react-aria-components/Autocomplete";
import { Button } from "react-aria-components/Button";
import { Tag, TagGroup, TagList } from "react-aria-components/TagGroup";
import { Input, TextField } from "react-aria-components/TextField";
import { classes } from "./class-names.ts";
import { Face } from "./Face.tsx";
import { colourOf, fullName, shownAddress } from "./people.ts";
import type { Picked } from "./picking.ts";
import styles from "./PickField.module.css";
import { dialogs } from "./words-dialogs.ts";

type PickFieldProps = {
  readonly label: string;
  readonly example: string;
  readonly picks: readonly Picked[];
  readonly isEmpty: boolean;
  readonly problem: string | null;
  readonly onEnter: () => void;
  readonly onRemove: (address: string) => void;
  /** Answers whether what was pasted has been dealt with. */
  readonly onPaste: (text: string) => boolean;
};

export function PickField({
  label,
  example,
  picks,
  isEmpty,
  problem,
  onEnter,
  onRemove,
  onPaste,
}: PickFieldProps): ReactNode {
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    if (onPaste(event.clipboardData.getData("text"))) event.preventDefault();
  };
  return (
    <div className={styles.frame}>
      <div className={classes(styles.field, problem !== null && styles.wrong)}>
        {picks.length === 0 ? null : <Chips picks={picks} onRemove={onRemove} />}
        <TextField
          aria-label={label}
          className={styles.text ?? ""}
          data-typing={!isEmpty || picks.length === 0}
          // A dialog that one types into starts where one types.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          isInvalid={problem !== null}
          autoComplete="off"
          autoCorrect="off"
          spellCheck="false"
          inputMode="email"
          {...(problem === null ? {} : { "aria-describedby": "pick-problem" })}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && isEmpty) {
              const last = picks.at(-1);
              if (last !== undefined) onRemove(last.address);
            } else if (event.key === "Enter" || event.key === "," || event.key === ";") {
              if (event.key !== "Enter") event.preventDefault();
              onEnter();
            }
          }}
        >
          <Input
            // The field walks the list below it, which is never closed; what it controls is filled in around it.
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/role-has-required-aria-props
            role="combobox"
            aria-expanded="true"
            aria-haspopup="listbox"
            className={styles.input ?? ""}
            placeholder={picks.length === 0 ? example : ""}
            autoCapitalize="none"
            enterKeyHint="enter"
            onPaste={paste}
          />
        </TextField>
      </div>
      <p id="pick-problem" role="alert" className={styles.problem}>
        {problem}
      </p>
    </div>
  );
}

type ChipsProps = { readonly picks: readonly Picked[]; readonly onRemove: (address: string) => void };

function Chips({ picks, onRemove }: ChipsProps): ReactNode {
  return (
    // The list below belongs to the field, these chips do not.
    <SelectableCollectionContext.Provider value={null}>
      <TagGroup
        aria-label={dialogs.addPeople.picked}
        selectionMode="none"
        onRemove={(keys) => {
          for (const key of keys) onRemove(String(key));
        }}
      >
        <TagList items={picks.map((pick) => ({ ...pick, id: pick.address }))} className={styles.chips ?? ""}>
          {(pick) => (
            <Tag
              id={pick.address}
              textValue={fullName(pick)}
              className={classes(styles.chip, pick.typed && styles.typed)}
              {...(pick.typed ? {} : { "data-person": colourOf(pick.address) })}
            >
              {pick.typed ? <AtSign size={16} aria-hidden="true" /> : <Face person={pick} size={24} />}
              <span className={styles.name}>
                <bdi>{pick.typed ? shownAddress(pick.address) : fullName(pick)}</bdi>
              </span>
              <Button slot="remove" className={styles.remove ?? ""}>
                <X size={15} aria-hidden="true" />
              </Button>
            </Tag>
          )}
        </TagList>
      </TagGroup>
    </SelectableCollectionContext.Provider>
  );
}
