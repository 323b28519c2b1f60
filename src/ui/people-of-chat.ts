/** Who is who in a chat: yourself, the peer of a 1-1, and with whom the text above the seam is shared. */
import type { AppState, Chat, Person, Seam } from "../client/model.ts";

export function selfOf(state: AppState): Person | null {
  return state.session.is === "signed-in"
    ? { address: state.session.address, name: state.session.name }
    : null;
}

/** The other person of a 1-1, known at least by the address. */
export function peerOf(chat: Chat): Person {
  return chat.members.find((member) => !member.self) ?? { address: chat.address, name: chat.title };
}

/** The seam of a group that grew out of a 1-1 of yours. */
function seamOf(chat: Chat): Seam | null {
  const seam = chat.items.findLast((item) => item.kind === "seam");
  return seam?.kind === "seam" && seam.above.length > 0 ? seam : null;
}

/** With whom you share what is above the seam; null where nothing is above. */
export function sharedWith(chat: Chat): Person | null {
  const self = chat.members.find((member) => member.self)?.address;
  return seamOf(chat)?.above.find((person) => person.address !== self) ?? null;
}

/** Who turned the 1-1 into this group, as far as this thread tells: the first who added somebody below the seam. */
export function starterOf(chat: Chat): string | null {
  const seam = seamOf(chat);
  if (seam === null) return null;
  const below = chat.items.slice(chat.items.indexOf(seam) + 1);
  const added = below.find((item) => item.kind === "line" && item.what === "added");
  return added?.kind === "line" ? (added.who?.address ?? null) : null;
}

/** When this last happened to somebody, if the thread has a line for it. */
export function lastLineAt(chat: Chat, what: string, address: string): number | null {
  const line = chat.items.findLast(
    (item) =>
      item.kind === "line" &&
      item.what === what &&
      (item.whom.length > 0
        ? item.whom.some((one) => one.address === address)
        : item.who?.address === address),
  );
  return line?.at ?? null;
}
