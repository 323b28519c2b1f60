/** A peer whose address changes in the middle of a chat: another MSRP path by re-INVITE (RFC 4975 §5.4). */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { MsrpRequest } from "../wire/msrp.ts";
import { parseMsrpUri } from "../wire/msrp-uri.ts";
import { formatMsrpSdp, parseMsrpSdp } from "../wire/sdp.ts";
import { header } from "../wire/sip.ts";
import { decodeUtf8 } from "../wire/utf8.ts";
import { freshId } from "../server/system.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { openStage, type Stage } from "./headless-stage.ts";
import { openRawMember, type RawMember } from "./raw-member.ts";

let stage: Stage;
let alice: HeadlessPerson;
let bob: RawMember;
beforeEach(async () => {
  stage = await openStage();
  [alice] = await stage.enter(["alice"]);
  bob = await openRawMember(stage.box.port, "bob");
});
afterEach(async () => {
  bob.close();
  await stage.close();
});

/** The next text, with the path it was sent to. */
async function nextText(): Promise<readonly [text: string, to: string]> {
  for (;;) {
    const frame: MsrpRequest = await bob.relay.next();
    const text = decodeUtf8(frame.body ?? new Uint8Array()) ?? "";
    if (frame.method === "SEND" && frame.contentType === "message/cpim")
      return [text.split("\r\n\r\n").at(-1) ?? "", frame.toPath.at(-1) ?? ""];
  }
}

it("is followed, and what had not arrived on the old path arrives on the new one", async () => {
  const call = await bob.invite(alice.address, { acceptTypes: ["message/cpim", "text/plain"] });
  await call.confirm();
  bob.relay.send(call.cpim("From the old place."));
  await alice.read("From the old place.");
  alice.say(alice.chatWith(bob), "Not reported yet.");
  expect(await nextText()).toEqual(["Not reported yet.", call.own]);

  const own = `msrp://${freshId().slice(0, 12)}.invalid:2855/${freshId()};ws`;
  const via = String(await bob.relay.auth("bob", own));
  const { host, port } = parseMsrpUri(via);
  const invite = {
    ...call.request("INVITE", [["Content-Type", "application/sdp"]]),
    body: formatMsrpSdp(
      {
        host,
        port: port ?? 0,
        tls: false,
        path: [via, own],
        setup: "active",
        acceptTypes: ["message/cpim", "text/plain"],
        acceptWrappedTypes: ["*"],
        chatroom: null,
        direction: "sendrecv",
      },
      2,
    ),
  };
  bob.phone.send(invite);
  const ok = await bob.phone.takeResponse("INVITE", 200);
  bob.phone.send({
    ...call.request("ACK"),
    headers: call
      .request("ACK")
      .headers.map(([name, value]) =>
        name === "CSeq" ? [name, (header(invite, "CSeq") ?? "").replace("INVITE", "ACK")] : [name, value],
      ),
  });
  const theirs = parseMsrpSdp(ok.body)?.path ?? [];
  expect(await nextText()).toEqual(["Not reported yet.", own]);

  const hello = { ...call.cpim("From the new place."), toPath: [via, ...theirs], fromPath: [own] };
  bob.relay.send(hello);
  await alice.read("From the new place.");
  alice.say(alice.chatWith(bob), "I see you there.");
  expect(await nextText()).toEqual(["I see you there.", own]);
  expect(alice.chatWith(bob).phase.is).toBe("open");
});
