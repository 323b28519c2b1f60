/** A call that goes out, from its INVITE to its BYE, with a telephone at the other end. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  agentAndPhone,
  agentUri,
  contact,
  quiet,
  type AgentAndPhone,
} from "../../testing/agent-and-phone.ts";
import type { ManualClock } from "../../testing/manual-clock.ts";
import { answerTo, type Phone } from "../../testing/raw-phone.ts";
import { appendHeader, header, responseTo, type SipRequest } from "../../wire/sip.ts";
import { causeOf, reasonHeader, type Call } from "./call.ts";
import type { UserAgent } from "./user-agent.ts";

let both: AgentAndPhone;
let clock: ManualClock;
let agent: UserAgent;
let phone: Phone;
let told: string[];

beforeEach(() => {
  both = agentAndPhone();
  ({ clock, agent, phone, told } = both);
});

describe("a call that goes out", () => {
  let standing: Call | null;
  const invite = (): ReturnType<UserAgent["invite"]> => {
    standing = null;
    const request: SipRequest = {
      kind: "request",
      method: "INVITE",
      uri: "sip:alice@segue.example",
      headers: [
        ["Max-Forwards", "70"],
        ["From", `<${agentUri}>;tag=from1`],
        ["To", "<sip:alice@segue.example>"],
        ["Call-ID", "call1"],
        ["CSeq", "1 INVITE"],
        contact,
      ],
      body: "",
    };
    return agent.invite(request, {
      progress: ({ status }) => told.push(String(status)),
      accepted: (response, call) => {
        told.push(`accepted ${header(response, "To")?.split("tag=")[1]}`);
        standing = call;
      },
      refused: (status) => told.push(`refused ${status}`),
      ended: (bye) => told.push(`ended ${bye === null ? "lost" : causeOf(bye)}`),
      request: (transaction) => transaction.respond(responseTo(transaction.request, 405)),
    });
  };

  test("ringing, answered, acknowledged; an answer that comes again is acknowledged again", async () => {
    invite();
    const atPhone = await phone.takeRequest("INVITE");
    phone.send(responseTo(atPhone, 100));
    phone.send(responseTo(atPhone, 180, { toTag: "a" }));
    const ok = appendHeader(answerTo(phone, atPhone, 200), "Record-Route", "<sip:p1@pf.x;lr>");
    phone.send(ok);
    const ack = await phone.takeRequest("ACK");
    expect([ack.uri, header(ack, "CSeq"), header(ack, "Route")]).toEqual([
      phone.contact,
      "1 ACK",
      "<sip:p1@pf.x;lr>",
    ]);
    phone.send(ok);
    await phone.takeRequest("ACK");
    expect(told).toEqual(["180", "accepted tag-alice"]);
    standing?.request(
      "INFO",
      {},
      { response: ({ status }) => told.push(`INFO ${status}`), failed: () => {} },
    );
    const info = await phone.takeRequest("INFO");
    expect(header(info, "CSeq")).toBe("2 INFO");
    phone.send(responseTo(info, 200));
    await quiet();
    standing?.end();
    standing?.end();
    phone.send(responseTo(await phone.takeRequest("BYE"), 200));
    await quiet();
    expect(told.at(-1)).toBe("INFO 200");
    expect(agent.dialogs).toBe(0);
    expect(phone.received.filter((one) => one.kind === "request" && one.method === "BYE")).toHaveLength(1);
  });

  test("refused, and the transaction has acknowledged it", async () => {
    invite();
    phone.send(responseTo(await phone.takeRequest("INVITE"), 486, { toTag: "a" }));
    await phone.takeRequest("ACK");
    expect(told).toEqual(["refused 486"]);
    expect(agent.dialogs).toBe(0);
  });

  test("nothing comes back: 408", async () => {
    invite();
    clock.advance(32_000);
    expect(told).toEqual(["refused 408"]);
  });

  test("a 2xx that crosses the CANCEL is a call, for the user to end", async () => {
    const call = invite();
    const atPhone = await phone.takeRequest("INVITE");
    phone.send(responseTo(atPhone, 180, { toTag: "tag-alice" }));
    await quiet();
    call.cancel([reasonHeader(487, "x")]);
    phone.send(answerTo(phone, atPhone, 200));
    const cancel = await phone.takeRequest("CANCEL");
    expect(causeOf(cancel)).toBe(487);
    await phone.takeRequest("ACK");
    expect(told).toEqual(["180", "accepted tag-alice"]);
  });

  test("of two devices that answer the second is acknowledged and ended", async () => {
    invite();
    const atPhone = await phone.takeRequest("INVITE");
    phone.send(answerTo(phone, atPhone, 200));
    const second = responseTo(atPhone, 200, { toTag: "tag-other", headers: [["Contact", "<sip:other@x>"]] });
    phone.send(second);
    const bye = await phone.takeRequest("BYE");
    expect([bye.uri, header(bye, "To")?.endsWith("tag-other")]).toEqual(["sip:other@x", true]);
    phone.send(responseTo(bye, 200));
    await quiet();
    expect(told).toEqual(["accepted tag-alice"]);
    expect(agent.dialogs).toBe(1);
  });

  test("the peer ends it", async () => {
    invite();
    const atPhone = await phone.takeRequest("INVITE");
    phone.send(answerTo(phone, atPhone, 200));
    await phone.takeRequest("ACK");
    const bye = phone.request("BYE", agentUri, {
      from: `${header(atPhone, "To")};tag=tag-alice`,
      to: header(atPhone, "From") ?? "",
      callId: "call1",
    });
    phone.send(bye);
    expect((await phone.takeResponse("BYE")).status).toBe(200);
    expect(told.at(-1)).toBe("ended null");
  });

  test("a dialog outlives its connection", async () => {
    invite();
    phone.send(answerTo(phone, await phone.takeRequest("INVITE"), 200));
    await phone.takeRequest("ACK");
    both.link.close();
    await quiet();
    ({ phone } = both.connect());
    standing?.end();
    expect(header(await phone.takeRequest("BYE"), "Call-ID")).toBe("call1");
  });
});
