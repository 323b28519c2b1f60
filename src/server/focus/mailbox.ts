/**
 * What one person is still to get, in order (decisions 10 and 36).
 *
 * Opened when that person is asked, so it fills while the person is pending, has declined or is away; a message
 * leaves it when the person's own end has reported it, and not before. What was out when a session broke goes out
 * again on the next one: who gets it twice knows it by its imdn.Message-ID. The oldest goes when there is too much.
 */
export type Letter = {
  /** Names it within this mailbox. */
  readonly id: string;
  readonly contentType: string;
  /** message/cpim, as it came. */
  readonly body: Uint8Array;
  /** Content-Type inside. */
  readonly wrapped: string;
};

export type MailboxLimits = { readonly messages: number; readonly bytes: number };

export interface Mailbox {
  put(letter: Omit<Letter, "id">): Letter;
  /** Reported, or refused by the person's own end. */
  remove(id: string): void;
  readonly letters: readonly Letter[];
}

export function createMailbox(limits: MailboxLimits): Mailbox {
  const letters = new Map<string, Letter>();
  let bytes = 0;
  let count = 0;
  const remove = (id: string): void => {
    bytes -= letters.get(id)?.body.length ?? 0;
    letters.delete(id);
  };
  return {
    put: (content) => {
      const letter: Letter = { ...content, id: String((count += 1)) };
      letters.set(letter.id, letter);
      bytes += letter.body.length;
      for (const [oldest] of letters) {
        if (letters.size <= limits.messages && bytes <= limits.bytes) break;
        remove(oldest);
      }
      return letter;
    },
    remove,
    get letters() {
      return [...letters.values()];
    },
  };
}
