/** The dialog layer against a telephone that knows nothing of it. */
import { beforeEach, describe, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { answerTo, phoneOver, targetOf, type Phone } from "../../testing/raw-phone.ts";
import {
  appendHeader,
  header,
  headers,
  responseTo,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { causeOf, reasonHeader, type Call } from "./call.ts";
import type { IncomingCall } from "./incoming-call.ts";
import { memoryLinkPair, type Link } from "./link.ts";
import { createUserAgent, type UserAgent } from "./user-agent.ts";

const focus = "sip:x@segue.example;conf=1";
const contact = ["Contact", `<${focus}>;isfocus`] as const;

let clock: ManualClock;
let agent: UserAgent;
let phone: Phone;
let theirs: Link;
/** What the user of the agent was told, in order. */
let told: string[];
let incoming: IncomingCall | null;

beforeEach(() => {
  let ids = 0;
  clock = manualClock();
  told = [];
  incoming = null;
  agent = createUserAgent({
    sentBy: "x.invalid",
    timers: { answerMs: 32_000, absorbMs: 5_000, againMinMs: 500, againMaxMs: 4_000 },
    mostTransactions: 20_000,
    clock,
    freshId: () => `fresh${(ids += 1)}`,
    invited: (call) => {
      incoming = call;
      return {
        cancelled: () => told.push("cancelled"),
        acked: () => told.push("acked"),
        ended: (bye) => told.push(`ended ${bye === null ? "lost" : causeOf(bye)}`),
        request: (transaction) => {
          told.push(transaction.request.method);
          transaction.respond(responseTo(transaction.request, 202));
        },
      };
    },
    asked: (transaction) => transaction.respond(responseTo(transaction.request, 200, { toTag: "t" })),
  });
  connect();
});

function connect(): void {
  const [ours, far] = memoryLinkPair("x", "phone");
  theirs = far;
  agent.attach(ours);
  phone = phoneOver(far, "alice");
}
const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** An INVITE from the telephone, through a proxy that wants to see the rest. */
async function called(): Promise<{ readonly invite: SipRequest; readonly call: IncomingCall }> {
  const invite = phone.request("INVITE", focus, {
    more: [
      ["Record-Route", "<sip:p2@pf.x;lr>"],
      ["Record-Route", "<sip:p1@pf.x;lr>"],
      ["Contact", `<${phone.contact}>`],
    ],
  });
  phone.send(invite);
  await phone.takeResponse("INVITE", 100);
  if (incoming === null) throw new Error("no call came in");
  return { invite, call: incoming };
}
/** A request of the telephone in the dialog that `answer` made. */
const within = (method: string, invite: SipRequest, answer: SipResponse, cseq: number): SipRequest =>
  phone.request(method, targetOf(answer), {
    from: header(answer, "From") ?? "",
    to: header(answer, "To") ?? "",
    callId: header(invite, "Call-ID") ?? "",
    cseq,
    more: [],
  });

describe("a call that came in", () => {
  test("progress and answer have one tag, the route and the Contact; the ACK is told", async () => {
    const { invite, call } = await called();
    call.progress(183, [contact]);
    const progress = await phone.takeResponse("INVITE", 183);
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    expect(header(ok, "To")).toBe(header(progress, "To"));
    expect(headers(ok, "Record-Route")).toEqual(["<sip:p2@pf.x;lr>", "<sip:p1@pf.x;lr>"]);
    expect(header(ok, "Contact")).toBe(`<${focus}>;isfocus`);
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
    const { invite, call } = await called();
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
    const { call } = await called();
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
    const { invite, call } = await called();
    call.accept([contact], "v=0")?.end();
    const ok = await phone.takeResponse("INVITE", 200);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
    phone.send(phone.ack(invite, ok));
    expect((await phone.takeRequest("BYE")).method).toBe("BYE");
    expect(told).toEqual([]);
  });

  test("the peer's BYE is answered, and told with its reason; whatever comes later is 481", async () => {
    const { invite, call } = await called();
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    phone.send(appendHeader(within("BYE", invite, ok, 9), ...reasonHeader(200, "Call completed")));
    expect((await phone.takeResponse("BYE")).status).toBe(200);
    expect(told).toEqual(["acked", "ended 200"]);
    standing?.end();
    standing?.request("INFO", {}, { response: () => {}, failed: () => {} });
    phone.send(within("INFO", invite, ok, 10));
    expect((await phone.takeResponse("INFO")).status).toBe(481);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
  });

  test("BYEs that cross are both answered, and the user hears of neither", async () => {
    const { invite, call } = await called();
    const standing = call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    await quiet();
    standing?.end();
    phone.send(within("BYE", invite, ok, 9));
    expect((await phone.takeResponse("BYE")).status).toBe(200);
    phone.send(responseTo(await phone.takeRequest("BYE"), 481));
    await quiet();
    expect([told, agent.dialogs]).toEqual([["acked"], 0]);
  });

  test("a BYE while ours waits for the ACK ends it at once", async () => {
    const { invite, call } = await called();
    call.accept([contact], "v=0")?.end();
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(within("BYE", invite, ok, 9));
    await phone.takeResponse("BYE");
    expect(agent.dialogs).toBe(0);
    phone.send(phone.ack(invite, ok));
    clock.advance(40_000);
    await quiet();
    expect(phone.received.some((one) => one.kind === "request")).toBe(false);
  });

  test("requests in the dialog, in their order only", async () => {
    const { invite, call } = await called();
    call.accept([contact], "v=0");
    const ok = await phone.takeResponse("INVITE", 200);
    phone.send(phone.ack(invite, ok));
    phone.send(within("REFER", invite, ok, 20));
    expect((await phone.takeResponse("REFER")).status).toBe(202);
    phone.send(within("INFO", invite, ok, 19));
    expect((await phone.takeResponse("INFO")).status).toBe(500);
    expect(told).toEqual(["acked", "REFER"]);
  });

  test("CANCEL before the answer", async () => {
    const { invite, call } = await called();
    const via = header(invite, "Via") ?? "";
    phone.send({
      ...phone.request("CANCEL", focus, {
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
    phone.send(phone.request("INVITE", focus));
    expect((await phone.takeResponse("INVITE")).status).toBe(400);
    expect(incoming).toBeNull();
  });
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
        ["From", `<${focus}>;tag=from1`],
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
    const bye = phone.request("BYE", focus, {
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
    theirs.close();
    await quiet();
    connect();
    standing?.end();
    expect(header(await phone.takeRequest("BYE"), "Call-ID")).toBe("call1");
  });
});

describe("what belongs to no call", () => {
  test("a dialog that is not here: 481", async () => {
    phone.send(phone.request("BYE", focus, { to: `<${focus}>;tag=none` }));
    expect((await phone.takeResponse("BYE")).status).toBe(481);
  });

  test("requests outside go to the user", async () => {
    phone.send(phone.request("OPTIONS", focus));
    expect((await phone.takeResponse("OPTIONS")).status).toBe(200);
  });

  test("before there is a link, everything fails with 503", async () => {
    const lonely = createUserAgent({
      sentBy: "y.invalid",
      timers: { answerMs: 32_000, absorbMs: 5_000, againMinMs: 500, againMaxMs: 4_000 },
      mostTransactions: 20_000,
      clock,
      freshId: () => "id",
      invited: () => {
        throw new Error("nobody can call");
      },
      asked: () => {},
    });
    const failed: number[] = [];
    lonely.send(phone.request("REGISTER", "sip:segue.example"), {
      response: () => {},
      failed: (status) => failed.push(status),
    });
    clock.advance(1);
    expect(failed).toEqual([503]);
  });
});

test.each([
  ['SIP;cause=200;text="Call completed"', 200],
  ["SIP ; cause=487", 487],
  ['SIP;text="cause=200";cause=410', 410],
  ["Q.850;cause=16", null],
  ["SIP;cause=2000", null],
  ["nonsense", null],
])("the cause in Reason: %s", (value, cause) => {
  const bye = appendHeader(phone.request("BYE", focus), "Reason", value);
  expect(causeOf(bye)).toBe(cause);
});
