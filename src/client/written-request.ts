/**
 * What a stranger writes by MESSAGE, until the person has said what to do with it.
 *
 * Each text must be answered at once, long before any person has looked. So it is taken without a promise (202), and
 * shown; what its author wants to hear of it waits. Refused: more than can wait (480), and all that comes after a no
 * (603). A person who writes to the stranger has said yes.
 */
import type { Content } from "./content.ts";

export interface WrittenRequest {
  isAsking(): boolean;
  isDeclined(): boolean;
  /** The person has not said yes. */
  isOpen(): boolean;
  /** The status that refuses one more text; null: it may come. */
  refusal(): 480 | 603 | null;
  hold(content: Content): void;
  /** Answers with the texts that waited for a yes. */
  answer(isYes: boolean): readonly Content[];
}

const mostHeld = 20;

export function createWrittenRequest(): WrittenRequest {
  let held: readonly Content[] = [];
  let isDeclined = false;
  return {
    isAsking: () => held.length > 0,
    isDeclined: () => isDeclined,
    isOpen: () => isDeclined || held.length > 0,
    refusal: () => (isDeclined ? 603 : held.length >= mostHeld ? 480 : null),
    hold: (content) => {
      held = [...held, content];
    },
    answer: (isYes) => {
      const waited = held;
      isDeclined = !isYes && (isDeclined || waited.length > 0);
      held = [];
      return isYes ? waited : [];
    },
  };
}
