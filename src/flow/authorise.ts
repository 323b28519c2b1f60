/**
 * Whether an invitation may take the place of a 1-1 that stands, asked before it becomes an input of `extend.ts`.
 *
 * RFC 3891 §3, §8; decision 15. To name a dialog is not to have a right to it, so a match alone is never enough:
 * the network must vouch for the sender, the sender must be a focus that acts for the other party of that very
 * 1-1, and belong to one of the two networks. Both marks, `Replaces` and `Session-Replaces`, meet the same rule.
 *
 * Refused here: waiting for a person. Whoever has no right is turned away without a prompt.
 */
import type { DialogId } from "../wire/replaces.ts";
import type { LegId } from "./extend.ts";

/** What an INVITE says, as far as this rule reads it. Addresses in lower case without parameters. */
export type Asking = {
  readonly assertedIdentity: string | null;
  readonly isFocus: boolean;
  readonly conversationId: string | null;
  readonly referredBy: { readonly address: string } | null;
  readonly replaces: DialogId | null;
  readonly sessionReplaces: string | null;
};

/** A 1-1 of ours. `dialog` as this end sees it; null where SIP no longer has it. */
export type OneToOne = {
  readonly leg: LegId;
  readonly dialog: {
    readonly callId: string;
    readonly localTag: string;
    readonly remoteTag: string;
  } | null;
  readonly peer: string;
  readonly contributionId: string | null;
  readonly conversationId: string | null;
};

export type ClosedOneToOne = OneToOne & {
  readonly closedAtMs: number;
  /** Our person closed it; anything else that ends a 1-1 is no refusal. */
  readonly byPerson: boolean;
};

export type Own = {
  readonly address: string;
  readonly live: readonly OneToOne[];
  readonly closed: readonly ClosedOneToOne[];
  readonly nowMs: number;
};

export type Verdict =
  | { readonly is: "replaces"; readonly leg: LegId }
  | { readonly is: "ordinary" }
  | { readonly is: "refused"; readonly status: 400 | 403 | 481 | 486 | 603 };

/** How long a 1-1 that our person closed is answered 603 for, and not 481 (RFC 3891 §3): 64 times T1. */
export const closedForMs = 32_000;

const refused = (status: 400 | 403 | 481 | 486 | 603): Verdict => ({ is: "refused", status });

export function authorise(asking: Asking, own: Own): Verdict {
  const { replaces, sessionReplaces } = asking;
  if (replaces === null && sessionReplaces === null) return { is: "ordinary" };
  const byDialog = replaces === null ? [] : own.live.filter((one) => isDialog(one, replaces));
  const byId = sessionReplaces === null ? [] : own.live.filter((one) => isNamed(one, sessionReplaces));

  if (replaces !== null) {
    const [match, second] = byDialog;
    if (match === undefined || second !== undefined) return refused(goneStatus(replaces, own));
    // Two marks that name two different sessions contradict each other.
    if (byId.some((one) => one !== match)) return refused(400);
    if (replaces.earlyOnly) return refused(486);
    return judge(asking, match, own);
  }
  const [match, second] = byId;
  return match === undefined || second !== undefined ? { is: "ordinary" } : judge(asking, match, own);
}

function judge(asking: Asking, match: OneToOne, own: Own): Verdict {
  const { assertedIdentity, referredBy, conversationId } = asking;
  const focusDomain = assertedIdentity === null ? null : domainOf(assertedIdentity);
  const hasRight =
    focusDomain !== null &&
    asking.isFocus &&
    referredBy?.address === match.peer &&
    (focusDomain === domainOf(match.peer) || focusDomain === domainOf(own.address)) &&
    (conversationId === null || match.conversationId === null || conversationId === match.conversationId);
  return hasRight ? { is: "replaces", leg: match.leg } : refused(403);
}

const isDialog = (one: OneToOne, id: DialogId): boolean =>
  one.dialog !== null &&
  one.dialog.callId === id.callId &&
  one.dialog.localTag === id.toTag &&
  one.dialog.remoteTag === id.fromTag;

/** Contribution-IDs are hexadecimal in practice and compared without regard to case. */
export const isNamed = (one: Pick<OneToOne, "contributionId">, id: string): boolean =>
  one.contributionId !== null && one.contributionId.toLowerCase() === id.trim().toLowerCase();

const goneStatus = (id: DialogId, own: Own): 481 | 603 =>
  own.closed.some((one) => one.byPerson && own.nowMs - one.closedAtMs < closedForMs && isDialog(one, id))
    ? 603
    : 481;

/** The host of `sip:user@host`; null where there is none. */
function domainOf(address: string): string | null {
  const host = /^sips?:(?:[^@]*@)?([^;?:]+)/i.exec(address)?.[1];
  return host === undefined ? null : host.toLowerCase();
}
