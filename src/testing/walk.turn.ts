/**
 * One turn of the walk: one thing happens to one party. What comes of it depends on that party alone: its next
 * state, and what it sends.
 *
 * Here is SIP, the same for a person and for X, small and exact: INVITE with CANCEL that crosses the final answer,
 * the ACK that comes back for a 2xx, BYE and its answer (RFC 3261 §9, §13, §15). The machines and what they order
 * are in `walk.person.ts` and `walk.focus.ts`.
 */
import type { ClientInput, LegId } from "../flow/extend.ts";
import { put, without, type Dialog, type Packet, type Party } from "./walk.world.ts";

export type Sent = { readonly lane: string; readonly to: string; readonly packet: Packet };

export type Invite = Extract<Packet, { sip: "INVITE" }>;

/** What SIP tells of a leg; `why` is the Reason of the BYE. */
export type FromSip =
  | Extract<ClientInput, { on: "accepted" | "refused" | "acked" | "cancelled" | "closed" }>
  | { readonly on: "ended"; readonly leg: LegId; readonly why: string };

export abstract class Turn<P extends Party = Party> {
  readonly who: string;
  party: P;
  readonly sent: Sent[] = [];
  readonly broken: string[] = [];
  /** Step 19 happened. */
  isEstablished = false;
  /** The 1-1 was ended while its person still waited for the group. */
  isEarlyBye = false;

  constructor(who: string, party: P) {
    this.who = who;
    this.party = party;
  }

  protected abstract invited(from: string, packet: Invite): void;
  /** Within a dialog. */
  protected abstract asked(from: string, packet: Extract<Packet, { sip: "REFER" | "NOTIFY" }>): void;
  protected abstract told(input: FromSip): void;

  deliver(from: string, packet: Packet): void {
    const { leg } = packet;
    const dialog = this.party.dialogs[leg];
    switch (packet.sip) {
      case "INVITE":
        this.dialog(leg, { is: "ringing", peer: from });
        return this.invited(from, packet);
      case "200":
        if (dialog?.is !== "asked") return;
        this.dialog(leg, { ...dialog, is: "confirmed" });
        this.send(from, { sip: "ACK", leg });
        return this.told({ on: "accepted", leg });
      case "refusal":
        this.dialog(leg, null);
        return this.told({ on: "refused", leg, status: packet.status });
      case "ACK":
        if (dialog?.is !== "answered") return;
        this.dialog(leg, { ...dialog, is: "confirmed" });
        return this.told({ on: "acked", leg });
      case "CANCEL":
        if (dialog?.is !== "ringing") return; // it crossed our final answer
        return this.told({ on: "cancelled", leg });
      case "BYE":
        this.send(from, { sip: dialog === undefined ? "481 BYE" : "200 BYE", leg });
        if (dialog === undefined || dialog.is === "ending") return; // crossed: ours has its own answer to come
        this.dialog(leg, null);
        return this.told({ on: "ended", leg, why: packet.why });
      case "200 BYE":
      case "481 BYE":
        this.dialog(leg, null);
        return this.told({ on: "closed", leg });
      case "REFER":
      case "NOTIFY":
        return this.asked(from, packet);
    }
  }

  protected invite(peer: string, packet: Invite): void {
    this.dialog(packet.leg, { is: "asked", peer });
    this.send(peer, packet);
  }

  protected accept(leg: LegId): void {
    const dialog = this.party.dialogs[leg];
    if (dialog === undefined) return;
    this.dialog(leg, { ...dialog, is: "answered" });
    this.send(dialog.peer, { sip: "200", leg });
  }

  protected refuse(leg: LegId, status: number): void {
    const dialog = this.party.dialogs[leg];
    if (dialog === undefined) return;
    this.dialog(leg, null);
    this.send(dialog.peer, { sip: "refusal", leg, status });
  }

  protected cancel(leg: LegId): void {
    const dialog = this.party.dialogs[leg];
    if (dialog !== undefined) this.send(dialog.peer, { sip: "CANCEL", leg });
  }

  protected end(leg: LegId, why: string): void {
    const dialog = this.party.dialogs[leg];
    if (dialog === undefined) return;
    this.dialog(leg, { ...dialog, is: "ending" });
    this.send(dialog.peer, { sip: "BYE", leg, why });
  }

  protected send(to: string, packet: Packet, lanePart = ""): void {
    this.sent.push({ lane: `${this.who}>${to}${lanePart}`, to, packet });
  }

  private dialog(leg: LegId, dialog: Dialog | null): void {
    const { dialogs } = this.party;
    this.party = {
      ...this.party,
      dialogs: dialog === null ? without(dialogs, leg) : put(dialogs, leg, dialog),
    };
  }
}
