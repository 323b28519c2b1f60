/** Two elements on a pair of links that a test holds in its hand, and a clock that it moves. */
import { beforeEach, describe, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { header, headers, parseSip, responseTo, type SipRequest, type SipResponse } from "../../wire/sip.ts";
import type { Link } from "./link.ts";
import {
  createTransactions,
  type ServerTransaction,
  type Transactions,
  type TransactionUser,
} from "./transactions.ts";

type FakeLink = Link & { isOpen: boolean; readonly sent: string[] };

const fakeLink = (): FakeLink => {
  const link: FakeLink = {
    sent: [],
    send: (text) => void link.sent.push(text),
    close: () => {},
    onText: null,
    onClose: null,
    isOpen: true,
    peer: "peer",
    transport: "WS",
  };
  return link;
};

let clock: ManualClock;
let link: FakeLink;
let ids: number;
let seen: ServerTransaction[];
let acks: SipRequest[];
let cancels: ServerTransaction[];
let onRequest: ((transaction: ServerTransaction) => void) | null;
let element: Transactions;

const timers = { answerMs: 100, absorbMs: 10 };

beforeEach(() => {
  clock = manualClock();
  link = fakeLink();
  ids = 0;
  seen = [];
  acks = [];
  cancels = [];
  onRequest = null;
  const user: TransactionUser = {
    request: (transaction) => {
      seen.push(transaction);
      onRequest?.(transaction);
    },
    ack: (ack) => void acks.push(ack),
    cancel: (invite) => void cancels.push(invite),
  };
  element = createTransactions({
    sentBy: "here.example",
    user,
    timers,
    mostTransactions: 100,
    clock,
    freshId: () => `id${(ids += 1)}`,
  });
});

const bare = (method: string, extra: readonly (readonly [string, string])[] = []): SipRequest => ({
  kind: "request",
  method,
  uri: "sip:b@example.com",
  headers: [
    ...extra,
    ["From", "<sip:a@example.com>;tag=1"],
    ["To", "<sip:b@example.com>"],
    ["Call-ID", "c1"],
    ["CSeq", `1 ${method}`],
  ],
  body: "",
});
const incoming = (method: string, branch = "z9hG4bKx"): SipRequest => {
  const request = bare(method);
  return { ...request, headers: [["Via", `SIP/2.0/WS there.invalid;branch=${branch}`], ...request.headers] };
};
const sent = (): readonly string[] =>
  link.sent.splice(0).map((text) => {
    const message = parseSip(text);
    return message.kind === "request" ? message.method : String(message.status);
  });
const lastSeen = (): ServerTransaction => {
  const last = seen.at(-1);
  if (last === undefined) throw new Error("nothing came");
  return last;
};
const answer = (status: number): void =>
  lastSeen().respond(responseTo(lastSeen().request, status, { toTag: "t" }));

describe("server", () => {
  test("an INVITE that is refused: said again when asked again, over with its ACK", () => {
    element.receive(incoming("INVITE"), link);
    answer(180);
    element.receive(incoming("INVITE"), link);
    answer(486);
    element.receive(incoming("INVITE"), link);
    expect(sent()).toEqual(["180", "180", "486", "486"]);
    element.receive(incoming("ACK"), link);
    element.receive(incoming("INVITE"), link);
    expect(sent()).toEqual([]);
    expect(acks).toEqual([]);
    clock.advance(10);
    expect(element.size).toBe(0);
    expect(seen).toHaveLength(1);
  });

  test("Timer H: an ACK that never comes is not waited for for ever", () => {
    element.receive(incoming("INVITE"), link);
    answer(486);
    clock.advance(99);
    expect(element.size).toBe(1);
    clock.advance(1);
    expect(element.size).toBe(0);
    expect(clock.waiting()).toBe(0);
  });

  test("a 2xx may be said again, its ACK is the user's, and a refusal after it is nothing", () => {
    element.receive(incoming("INVITE"), link);
    answer(200);
    answer(200);
    answer(486);
    answer(180);
    expect(sent()).toEqual(["200", "200"]);
    element.receive(incoming("INVITE"), link);
    expect(sent()).toEqual([]);
    element.receive(incoming("ACK", "z9hG4bKother"), link);
    element.receive(incoming("ACK"), link);
    expect(acks).toHaveLength(2);
    clock.advance(100);
    expect(element.size).toBe(0);
  });

  test("CANCEL: 200 and told to the user; after a final answer 200 and no word; of nothing 481", () => {
    element.receive(incoming("CANCEL"), link);
    element.receive(incoming("INVITE", "z9hG4bKy"), link);
    element.receive(incoming("CANCEL", "z9hG4bKy"), link);
    element.receive(incoming("CANCEL", "z9hG4bKy"), link);
    expect(cancels).toEqual([lastSeen()]);
    answer(487);
    expect(sent()).toEqual(["481", "200", "200", "487"]);
    element.receive(incoming("INVITE", "z9hG4bKz"), link);
    answer(200);
    element.receive(incoming("CANCEL", "z9hG4bKz"), link);
    expect(cancels).toHaveLength(1);
  });

  test("so many in hand and no more: 503 with Retry-After, until one is over", () => {
    for (let n = 0; n < 100; n += 1) element.receive(incoming("OPTIONS", `z9hG4bK${n}`), link);
    element.receive(incoming("OPTIONS", "z9hG4bKmore"), link);
    expect(sent()).toEqual(["503"]);
    expect(element.refused.get("too many transactions")).toBe(1);
    answer(200);
    clock.advance(100);
    element.receive(incoming("OPTIONS", "z9hG4bKmore"), link);
    expect(seen).toHaveLength(101);
  });

  test("a branch alone is no name: another Call-ID, CSeq or From tag is another request", () => {
    const one = incoming("BYE");
    const change = (name: string, value: string): SipRequest => ({
      ...one,
      headers: one.headers.map((field) => (field[0] === name ? [name, value] : field)),
    });
    element.receive(one, link);
    element.receive(change("Call-ID", "c2"), link);
    element.receive(change("CSeq", "2 BYE"), link);
    element.receive(change("From", "<sip:a@example.com>;tag=2"), link);
    element.receive(one, link);
    expect(seen).toHaveLength(4);
  });

  test("what the user throws is an answer, not the end", () => {
    onRequest = () => {
      throw new ProtocolError(404, "nobody");
    };
    element.receive(incoming("MESSAGE", "z9hG4bK1"), link);
    onRequest = () => {
      throw new Error("our bug");
    };
    element.receive(incoming("MESSAGE", "z9hG4bK2"), link);
    expect(sent()).toEqual(["404", "500"]);
    expect([...element.refused]).toEqual([
      ["nobody", 1],
      ["internal error", 1],
    ]);
  });

  test("an answer that can't be written becomes 500", () => {
    element.receive(incoming("MESSAGE"), link);
    lastSeen().respond(responseTo(lastSeen().request, 200, { headers: [["X", "a\r\nb"]] }));
    expect(sent()).toEqual(["500"]);
  });

  test("what can't be read is answered where it can be, and counted", () => {
    const text =
      "MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/WS x;branch=1\r\nf: <sip:a@b>\r\nt: <sip:a@b>\r\ni: 1\r\nCSeq: 2 BYE\r\n\r\n";
    element.receive(text, link);
    element.receive("\u0000", link);
    expect(sent()).toEqual(["400"]);
    expect(element.refused.size).toBe(2);
  });
});

describe("client", () => {
  let responses: number[];
  let failures: number[];
  beforeEach(() => {
    responses = [];
    failures = [];
  });
  const user = {
    response: (response: SipResponse): void => void responses.push(response.status),
    failed: (status: number): void => void failures.push(status),
  };
  const reply = (request: SipRequest, status: number): void =>
    element.receive(responseTo(request, status, { toTag: "t" }), link);

  test("puts a Via of its own on top, fresh each time", () => {
    const one = element.request(bare("MESSAGE", [["Via", "SIP/2.0/WS x;branch=1"]]), link, user, "-mark");
    expect(headers(one.request, "Via")).toEqual([
      "SIP/2.0/WS here.example;branch=z9hG4bKid1-mark",
      "SIP/2.0/WS x;branch=1",
    ]);
    expect(sent()).toEqual(["MESSAGE"]);
  });

  test("a refused INVITE is acknowledged, each time", () => {
    const { request } = element.request(bare("INVITE", [["Route", "<sip:r@example.com;lr>"]]), link, user);
    reply(request, 100);
    reply(request, 180);
    link.sent.length = 0;
    reply(request, 486);
    const ack = parseSip(link.sent[0] ?? "");
    expect(header(ack, "Via")).toBe(header(request, "Via"));
    expect(header(ack, "To")).toBe("<sip:b@example.com>;tag=t");
    expect(header(ack, "CSeq")).toBe("1 ACK");
    expect(headers(ack, "Route")).toEqual(["<sip:r@example.com;lr>"]);
    reply(request, 486);
    reply(request, 200);
    expect(sent()).toEqual(["ACK", "ACK"]);
    expect(responses).toEqual([100, 180, 486]);
    clock.advance(10);
    expect(element.size).toBe(0);
  });

  test("each 2xx is passed on for 64*T1, later ones are strays", () => {
    const { request } = element.request(bare("INVITE"), link, user);
    reply(request, 200);
    clock.advance(99);
    reply(request, 200);
    clock.advance(1);
    reply(request, 200);
    expect(responses).toEqual([200, 200]);
    expect(element.refused.get("stray response")).toBe(1);
    expect(sent()).toEqual(["INVITE"]);
  });

  test("Timer B ends with the first provisional answer, Timer F does not", () => {
    const invite = element.request(bare("INVITE"), link, user);
    const bye = element.request(bare("BYE"), link, user);
    reply(invite.request, 100);
    reply(bye.request, 100);
    clock.advance(1_000);
    expect(failures).toEqual([408]);
    reply(bye.request, 200);
    expect(responses).toEqual([100, 100]);
  });

  test("CANCEL waits for a provisional answer (§9.1)", () => {
    const call = element.request(bare("INVITE"), link, user);
    call.cancel([["Reason", "SIP;cause=200"]]);
    expect(sent()).toEqual(["INVITE"]);
    reply(call.request, 100);
    const cancel = parseSip(link.sent[0] ?? "");
    expect(header(cancel, "Reason")).toBe("SIP;cause=200");
    expect(header(cancel, "Via")).toBe(header(call.request, "Via"));
    expect(headers(cancel, "Via")).toHaveLength(1);
    call.cancel();
    expect(sent()).toEqual(["CANCEL"]);
    reply(cancel as SipRequest, 200);
    reply(call.request, 487);
    expect(responses).toEqual([100, 487]);
  });

  test("CANCEL after the end is nothing, and without any end the call fails", () => {
    const over = element.request(bare("INVITE"), link, user);
    reply(over.request, 200);
    over.cancel();
    expect(sent()).toEqual(["INVITE"]);
    const ringing = element.request(bare("INVITE"), link, user);
    reply(ringing.request, 180);
    ringing.cancel();
    clock.advance(100);
    expect(failures).toEqual([408]);
  });

  test("a link that goes away fails what is out on it, and only that", () => {
    const other = fakeLink();
    element.request(bare("MESSAGE"), link, user);
    const safe = element.request(bare("MESSAGE"), other, user);
    link.isOpen = false;
    element.linkClosed(link);
    expect(failures).toEqual([503]);
    element.request(bare("MESSAGE"), link, user);
    clock.advance(0);
    expect(failures).toEqual([503, 503]);
    reply(safe.request, 200);
    expect(responses).toEqual([200]);
  });

  test("closing stops every timer", () => {
    element.request(bare("INVITE"), link, user);
    element.receive(incoming("INVITE"), link);
    answer(486);
    element.close();
    expect(clock.waiting()).toBe(0);
    expect(element.size).toBe(0);
  });
});
