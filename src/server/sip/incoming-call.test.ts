/** A call that came in, from its INVITE to its BYE, with a telephone at the other end. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  agentAndPhone,
  agentUri,
  called,
  contact,
  quiet,
  within,
  type AgentAndPhone,
} from "../../testing/agent-and-phone.ts";
import type { ManualClock } from "../../testing/manual-clock.ts";
import type { Phone } from "../../testing/raw-phone.ts";
import { appendHeader, header, headers, responseTo } from "../../wire/sip.ts";
import { causeOf, reasonHeader } from "./call.ts";
import { unheard } from "./client-transaction.ts";
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

describe("a call that came in", () => {
  test("progress and answer have one tag, the route and the Contact; the ACK is told", async () => {
    const { invite, call } = await called(both);
    call.progress(183, [contact]);
    const progress = await phone.takeResponse("INVITE", 183);
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    expect(header(ok, "To")).toBe(header(progress, "To"));
    expect(headers(ok, "Record-Route")).toEqual(["<sip:p2@pf.x;lr>", "<sip:p1@pf.x;lr>"]);
    expect(header(ok, "Contact")).toBe(`<${agentUri}>;isfocus`);
    expect([header(ok, "Content-Type"), ok.body]).toEqual(["application/sdp", "v=0"]);
    phone.send(phone.ack(invite, ok));
    await quiet();
    expect(told).toEqual(["acked"]);
    standing?.end([reasonHeader(410, "Gone")]);
    const bye = await phone.takeRequest("BYE");
    expect(bye.uri).toBe(phone.contact);
    expect(headers(bye, "Route")).toEqual(["<sip:p2@pf.x;lr>", "<sip:p1@pf.x;lr>"]);
    expect(header(bye, "Reason")).toBe('SIP;cause=410;text="Gone"');
    expect([header(bye, "From"), header(bye, "To")]).toEqual([header(ok, "To"), header(ok, "From")]);
    expect(agent.dialogs).toBe(1);
    phone.send(responseTo(bye, 481));
    await quiet();
    expect(agent.dialogs).toBe(0);
    expect(told).toEqual(["acked"]);
  });

  test("the 2xx goes out again, slower and slower, until the ACK", async () => {
    const { invite, call } = await called(both);
    call.accept([contact], "v=0");
    const at: number[] = [];
    for (let ms = 0; ms < 12_000; ms += 500) {
      await quiet();
      const seen = phone.received.filter((one) => one.kind === "response" && one.status === 200).length;
      while (at.length < seen) at.push(ms);
      clock.advance(500);
    }
    expect(at).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500]);
    phone.send(phone.ack(invite, await phone.takeResponse("INVITE", 200)));
    await quiet();
    clock.advance(40_000);
    await quiet();
    expect(phone.received.filter((one) => one.kind === "response" && one.status === 200)).toHaveLength(6);
    expect(told).toEqual(["acked"]);
  });

  test("no ACK at all: BYE, and the user is told once", async () => {
    const { call } = await called(both);
    call.accept([contact], "v=0");
    clock.advance(32_000);
    const bye = await phone.takeRequest("BYE");
    expect(causeOf(bye)).toBe(408);
    expect(told).toEqual(["ended lost"]);
    phone.send(responseTo(bye, 200));
    await quiet();
    expect(agent.dialogs).toBe(0);
  });

  test("BYE waits for the ACK", async () => {
    const { invite, call } = await called(both);
    call.accept([contact], "v=0")?.end();
    const ok = await phone.takeResponse("INVITE", 200);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
    phone.send(phone.ack(invite, ok));
    expect((await phone.takeRequest("BYE")).method).toBe("BYE");
    expect(told).toEqual([]);
  });

  test("the peer's BYE is answered, and told with its reason; whatever comes later is 481", async () => {
    const { invite, call } = await called(both);
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    phone.send(appendHeader(within(phone, "BYE", invite, ok, 9), ...reasonHeader(200, "Call completed")));
    expect((await phone.takeResponse("BYE")).status).toBe(200);
    expect(told).toEqual(["acked", "ended 200"]);
    standing?.end();
    standing?.request("INFO", {}, unheard);
    phone.send(within(phone, "INFO", invite, ok, 10));
    expect((await phone.takeResponse("INFO")).status).toBe(481);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
  });

  test("BYEs that cross are both answered, and the user hears of neither", async () => {
    const { invite, call } = await called(both);
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    await quiet();
    standing?.end();
    phone.send(within(phone, "BYE", invite, ok, 9));
    expect((await phone.takeResponse("BYE")).status).toBe(200);
    phone.send(responseTo(await phone.takeRequest("BYE"), 481));
    await quiet();
    expect([told, agent.dialogs]).toEqual([["acked"], 0]);
  });

  test("a BYE while ours waits for the ACK ends it at once", async () => {
    const { invite, call } = await called(both);
    call.accept([contact], "v=0")?.end();
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(within(phone, "BYE", invite, ok, 9));
    await phone.takeResponse("BYE");
    expect(agent.dialogs).toBe(0);
    phone.send(phone.ack(invite, ok));
    clock.advance(40_000);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
  });

  test("requests in the dialog, in their order only", async () => {
    const { invite, call } = await called(both);
    call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    phone.send(within(phone, "REFER", invite, ok, 20));
    expect((await phone.takeResponse("REFER")).status).toBe(202);
    phone.send(within(phone, "INFO", invite, ok, 19));
    expect((await phone.takeResponse("INFO")).status).toBe(500);
    expect(told).toEqual(["acked", "REFER"]);
  });

  test("CANCEL before the answer", async () => {
    const { invite, call } = await called(both);
    const via = header(invite, "Via") ?? "";
    phone.send({
      ...phone.request("CANCEL", agentUri, {
        branch: /branch=([^;]+)/.exec(via)?.[1] ?? "",
        from: header(invite, "From") ?? "",
        to: header(invite, "To") ?? "",
        callId: header(invite, "Call-ID") ?? "",
        cseq: 1,
      }),
    });
    expect((await phone.takeResponse("CANCEL")).status).toBe(200);
    expect(told).toEqual(["cancelled"]);
    call.refuse(487);
    expect((await phone.takeResponse("INVITE")).status).toBe(487);
    expect(call.accept([contact], "v=0")).toBeNull();
    expect(agent.dialogs).toBe(0);
  });

  test("without Contact it can make no dialog: 400", async () => {
    phone.send(phone.request("INVITE", agentUri));
    expect((await phone.takeResponse("INVITE")).status).toBe(400);
    expect(both.incoming()).toBeNull();
  });
});
