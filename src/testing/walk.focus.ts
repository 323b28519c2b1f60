/** A turn of X: the machine `focus` of `flow/extend.focus.ts`, what it orders, and the roster that follows. */
import type { Focus, focus, FocusEffect, FocusInput, Seat } from "../flow/extend.focus.ts";
import { Turn, type FromSip, type Invite } from "./walk.turn.ts";
import { otherThan, type Packet, type X } from "./walk.world.ts";

export class FocusTurn extends Turn<X> {
  readonly focus: typeof focus;

  constructor(who: string, party: X, machine: typeof focus) {
    super(who, party);
    this.focus = machine;
  }

  feed(input: FocusInput): void {
    const { state } = this.party;
    const [after, effects] = this.focus(state, input);
    // Nobody reads the seats of a group that is over.
    this.party = { ...this.party, state: after.is === "over" ? { is: "over", seats: [] } : after };
    for (const effect of effects) this.perform(effect);
    this.notify(state, after);
  }

  protected invited(from: string, packet: Invite): void {
    const people = (packet.list ?? []).map(({ who, mark }) => ({ leg: `${this.who}-${who}`, who, mark }));
    this.feed({ on: "asked", leg: packet.leg, who: from, people });
  }

  protected asked(from: string, packet: Packet): void {
    if (packet.sip !== "REFER") return;
    const people = packet.people.map((who) => ({ leg: `${this.who}-${who} by ${from}`, who }));
    this.feed({ on: "referred", people });
  }

  protected told(input: FromSip): void {
    if (input.on === "acked" || input.on === "closed") return;
    if (input.on !== "ended") return this.feed(input);
    const { leg, why } = input;
    const how = why === "left" ? "left" : why === "cancelled" || why === "glare" ? "cancelled" : "away";
    this.feed({ on: "ended", leg, how });
  }

  private perform(effect: FocusEffect): void {
    switch (effect.do) {
      case "progress":
      case "dissolve":
        return;
      case "invite": {
        const { leg, who, mark } = effect;
        const { state } = this.party;
        const referredBy = state.is === "idle" ? null : (hostOf(state.seats)?.who ?? null);
        return this.invite(who, {
          sip: "INVITE",
          leg,
          group: this.who.slice(1),
          mark,
          list: null,
          referredBy,
        });
      }
      case "accept":
        return this.accept(effect.leg);
      case "refuse":
        return this.refuse(effect.leg, effect.status);
      case "cancel":
        return this.cancel(effect.leg);
      case "end":
        return this.end(effect.leg, String(effect.cause));
      case "established":
        this.isEstablished = true;
    }
  }

  /** What the roster tells the host, as far as it matters to the flow: the peer is not coming, and why. */
  private notify(before: Focus, after: Focus): void {
    if (before.is === "idle" || after.is === "idle" || after.is === "over") return;
    const host = hostOf(after.seats);
    if (host === undefined) return;
    const peerIn = (seats: readonly Seat[]): Seat | undefined =>
      seats.find((seat) => seat.who === otherThan(host.who));
    const peer = peerIn(after.seats);
    if (peer?.is !== "out" || peerIn(before.seats)?.is === "out") return;
    this.send(host.who, { sip: "NOTIFY", leg: host.leg, status: peer.status ?? 480 }, " roster");
  }
}

const hostOf = (seats: readonly Seat[]): Seat | undefined => seats.find((seat) => seat.joinedBy === "host");
