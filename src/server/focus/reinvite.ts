/**
 * An INVITE within a member's call: the same session again, or one on a new path (RFC 4975 §8.3), as when a page was
 * loaded anew and its dialog lives on.
 *
 * Refused: a list (420), SDP without usable MSRP (488), a leg that ends while a path is awaited (481), and when none
 * comes (500).
 */
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { responseTo, type SipHeader } from "../../wire/sip.ts";
import { contentOf, recordRoutesOf } from "../sip/call.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import { partsOf, usableMedia } from "./factory.ts";
import { formatRoomSdp } from "./invitation.ts";
import { setupFor, type Leg } from "./leg.ts";
import type { Paths } from "./paths.ts";
import { noListHere, Refusal, requireOnly } from "./refusal.ts";
import type { Switch } from "./switch.ts";

export type ReinviteOptions = {
  readonly paths: Paths;
  readonly room: Switch;
  /** What the focus says of itself and of the group in every answer to an INVITE, Contact first. */
  readonly abilities: () => readonly [contact: SipHeader, ...more: readonly SipHeader[]];
};

/** Throws Refusal. */
export function reinvite(
  leg: Leg,
  transaction: ServerTransaction,
  { paths, room, abilities }: ReinviteOptions,
): void {
  const { request } = transaction;
  requireOnly(request, []);
  const { sdp, list } = partsOf(request);
  if (list !== null) throw noListHere();
  const media = sdp === null ? leg.media : usableMedia(sdp);
  if (media === null || leg.local === null) throw new Refusal(488, "no usable MSRP");
  leg.standing?.dialog.retarget(request);
  const answer = (path: MsrpPath | null): void => {
    if (path === null || leg.dropped) {
      transaction.respond(responseTo(request, path === null ? 500 : 481));
      return;
    }
    const hasMoved = path !== leg.local;
    leg.first ??= leg.local;
    leg.media = media;
    leg.local = path;
    if (hasMoved) leg.sdpVersion += 1;
    const setup = setupFor(leg);
    transaction.respond(
      responseTo(request, 200, {
        headers: [...recordRoutesOf(request), ...abilities(), contentOf("application/sdp")],
        body: formatRoomSdp(path, setup, leg.sdpVersion, leg.first ?? path),
      }),
    );
    if (hasMoved && leg.open) room.join(leg.id, leg.who, path, media, setup === "active");
  };
  if (media.path.join(" ") === leg.media?.path.join(" ")) answer(leg.local);
  else paths.take(answer);
}
