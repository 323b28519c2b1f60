/**
 * A turn of A, B, C or D: the machine `client` of `flow/extend.ts` for each row on the screen, and what it orders.
 * Who may replace the 1-1 is decided by the real rule, `flow/authorise.ts`.
 */
import { authorise, type OneToOne, type Verdict } from "../flow/authorise.ts";
import type { client, ClientEffect, ClientInput, Conversation, LegId } from "../flow/extend.ts";
import type { Mark } from "../flow/extend.focus.ts";
import { Turn, type FromSip, type Invite } from "./walk.turn.ts";
import { focusOf, main, oneToOne, otherThan, put, without, type Packet, type Person } from "./walk.world.ts";

export type PersonRules = {
  readonly client: typeof client;
  /** Known to the network and not connected: 480 for every INVITE. */
  readonly isOffline: boolean;
  /** The network vouches for no focus here, so the rule refuses what replaces (403). */
  readonly isRefusing: boolean;
};

const addressOf = (who: string): string => `sip:${who.toLowerCase()}@segue.example`;

export class PersonTurn extends Turn<Person> {
  readonly rules: PersonRules;

  constructor(who: string, party: Person, rules: PersonRules) {
    super(who, party);
    this.rules = rules;
  }

  feed(row: string, input: ClientInput): void {
    const { conversations } = this.party;
    const [after, effects] = this.rules.client(conversations[row] ?? { is: "none" }, input);
    this.party = {
      ...this.party,
      conversations: after.is === "none" ? without(conversations, row) : put(conversations, row, after),
    };
    for (const effect of effects) this.perform(effect);
  }

  protected invited(_from: string, packet: Invite): void {
    if (this.rules.isOffline) return this.refuse(packet.leg, 480);
    const verdict = this.verdict(packet);
    if (verdict.is === "refused") return this.refuse(packet.leg, verdict.status);
    const replaces = verdict.is === "replaces" ? verdict.leg : null;
    const row = replaces === null ? packet.group : this.rowOf(replaces);
    this.feed(row, { on: "invited", leg: packet.leg, id: packet.group, replaces });
  }

  protected asked(_from: string, { leg }: Packet): void {
    const row = this.rowWith((talk) => "leg" in talk && talk.leg === leg);
    if (row !== undefined) this.feed(row, { on: "stayed" });
  }

  protected told(input: FromSip): void {
    if (input.on === "cancelled") this.refuse(input.leg, 487);
    if (input.on === "ended" && input.leg === oneToOne)
      this.isEarlyBye = this.party.conversations[main]?.is === "asking";
    this.feed(this.rowOf(input.leg), input.on === "ended" ? { on: "ended", leg: input.leg } : input);
  }

  private rowOf(leg: LegId): string {
    const has = (talk: Conversation): boolean =>
      ("leg" in talk && talk.leg === leg) ||
      ("old" in talk && talk.old === leg) ||
      (talk.is === "group" && talk.closing === leg);
    return this.rowWith(has) ?? main;
  }

  private rowWith(has: (talk: Conversation) => boolean): string | undefined {
    return Object.entries(this.party.conversations).find(([, talk]) => has(talk))?.[0];
  }

  private perform(effect: ClientEffect): void {
    switch (effect.do) {
      case "invite": {
        const { leg, id, people, replaces } = effect;
        const mark: Mark | null = replaces === null ? null : { replaces, sessionReplaces: replaces };
        const list = [{ who: otherThan(this.who), mark }, ...people.map((who) => ({ who, mark: null }))];
        return this.invite(focusOf(id), {
          sip: "INVITE",
          leg,
          group: id,
          mark: null,
          list,
          referredBy: null,
        });
      }
      case "accept":
        return this.accept(effect.leg);
      case "refuse":
        return this.refuse(effect.leg, effect.status);
      case "cancel":
        return this.cancel(effect.leg);
      case "end": {
        const { leg, why } = effect;
        const { dialogs, closed } = this.party;
        // RFC 3261 §15: a callee sends no BYE before the ACK.
        if (dialogs[leg]?.is === "answered") this.broken.push(`${this.who} ends ${leg} before its ACK`);
        if (why === "closed") this.party = { ...this.party, closed: [...closed, leg] };
        return this.end(leg, why);
      }
      case "refer": {
        const peer = this.party.dialogs[effect.leg]?.peer;
        if (peer !== undefined) this.send(peer, { sip: "REFER", leg: effect.leg, people: effect.people });
        return;
      }
      case "part": {
        const conversations = put(this.party.conversations, "parted", { is: "1-1", leg: effect.leg });
        this.party = { ...this.party, conversations };
      }
    }
  }

  private verdict({ mark, referredBy }: Invite): Verdict {
    const { dialogs, closed } = this.party;
    const peer = otherThan(this.who);
    const mine: OneToOne = {
      leg: oneToOne,
      dialog: { callId: oneToOne, localTag: this.who, remoteTag: peer },
      peer: addressOf(peer),
      contributionId: oneToOne,
      conversationId: null,
    };
    const callId = mark?.replaces ?? null;
    return authorise(
      {
        assertedIdentity: this.rules.isRefusing ? null : addressOf("conference-factory"),
        isFocus: true,
        conversationId: null,
        referredBy: referredBy === null ? null : { address: addressOf(referredBy) },
        replaces: callId === null ? null : { callId, toTag: this.who, fromTag: peer, earlyOnly: false },
        sessionReplaces: mark?.sessionReplaces ?? null,
      },
      {
        address: addressOf(this.who),
        live: dialogs[oneToOne]?.is === "confirmed" ? [mine] : [],
        closed: closed.includes(oneToOne) ? [{ ...mine, closedAtMs: 0, byPerson: true }] : [],
        nowMs: 0,
      },
    );
  }
}
