/**
 * Which group it is: its name, where its focus is reached, who vouches for that, and who asked us in.
 *
 * All of it comes from outside, from invitations and from the focus. A Contribution-ID is no secret, so an invitation
 * to a group that is known counts only when the same focus sends it; and since that focus has groups of others too, only
 * to the same conference, or from whoever asked us into it before.
 */
import type { Incoming } from "../sip/agent.ts";
import { bareAddress, domainOf } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import type { KeptGroup } from "./kept-groups.ts";
import { tidyName } from "./people.ts";

export interface GroupName {
  subject(): string | null;
  /** The conference URI; null while it is not known. */
  conference(): string | null;
  invitedBy(): string;
  /** Named anew by its focus; null: nothing new. */
  rename(subject: string | null): void;
  reachedAt(contact: string): void;
  /** This person begins it. */
  ours(): void;
  learn(incoming: Incoming): void;
  /** Who vouches for it; null: nobody has said. */
  focus(): string | null;
  /** As it was known to an earlier page. */
  recall(kept: KeptGroup): void;
  isAnothers(incoming: Incoming): boolean;
  /** Somebody one has chatted with asks, and a focus of that person's network or ours says so (as decision 15). */
  isFriends(incoming: Incoming): boolean;
  /**
   * What CPIM can carry as its address: as the focus calls itself, where that can be written down. A Contact of another
   * domain than the focus's is that of somebody in between (a B2BUA), and the focus knows no such room.
   */
  uri(entity: string | null): string;
}

/** What handsets write in place of a group's address; a focus takes it for everybody (RFC 7701 has no word for that). */
const nobodyInParticular = "sip:anonymous@anonymous.invalid";
const canBeWritten = (uri: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:[^<>\s"]+$/.test(uri);

/** One line of a bounded length; null where nothing is left of it. */
const tidySubject = (subject: string | null): string | null => tidyName(subject ?? "") || null;

/** What tells the groups of one focus apart; null where an address does not say. */
const confOf = (uri: string): string | null => /;conf=([^;?>]+)/i.exec(uri)?.[1]?.toLowerCase() ?? null;

export function createGroupName(desk: Desk, begun: string | null): GroupName {
  let subject = tidySubject(begun);
  let conference: string | null = null;
  let invitedBy = desk.self.address;
  /** Who vouches for it, as the network says; null: nobody has said. */
  let focus: string | null = null;
  return {
    subject: () => subject,
    conference: () => conference,
    invitedBy: () => invitedBy,
    rename: (given) => {
      subject = tidySubject(given) ?? subject;
    },
    reachedAt: (contact) => {
      conference = contact;
    },
    ours: () => {
      focus = desk.factory === null ? null : bareAddress(desk.factory);
    },
    learn: (incoming) => {
      const { assertedIdentity, from, referredBy } = incoming;
      conference = incoming.contact;
      focus ??= assertedIdentity;
      subject = tidySubject(incoming.subject) ?? subject;
      const inviter = referredBy ?? { address: assertedIdentity ?? from.address, name: from.name };
      invitedBy = inviter.address;
      desk.people.learn(invitedBy, inviter.name);
    },
    focus: () => focus,
    recall: (kept) => {
      ({ conference, invitedBy, focus } = kept);
    },
    isAnothers: ({ assertedIdentity, contact, referredBy }) => {
      if (focus !== null && assertedIdentity !== null && assertedIdentity !== focus) return true;
      const [here, there] = [conference === null ? null : confOf(conference), confOf(contact)];
      const isElsewhere = here !== null && there !== null && here !== there;
      return isElsewhere && referredBy?.address !== invitedBy;
    },
    isFriends: ({ assertedIdentity }) => {
      const domains = [domainOf(desk.self.address), domainOf(invitedBy)];
      const isVouchedFor = assertedIdentity !== null && domains.includes(domainOf(assertedIdentity));
      return isVouchedFor && desk.people.recent().some((person) => person.address === invitedBy);
    },
    uri: (entity) => {
      const named = [entity, conference].find((uri) => uri !== null && canBeWritten(uri)) ?? "";
      if (named === "" || named === entity || focus === null) return named;
      return domainOf(named) === domainOf(focus) ? named : nobodyInParticular;
    },
  };
}
