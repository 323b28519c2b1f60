/** The agent against a server that is a test: what no real one here would do, and time that passes when told. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeSockets, type FakeSocket } from "../testing/fake-sip-socket.ts";
import { manualClock, type ManualClock } from "../testing/manual-clock.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { header, headers, parseSip, type SipHeader } from "../wire/sip.ts";
import type { Agent, AgentEvent } from "./agent.ts";
import { createAgent } from "./create-agent.ts";
import { userAgent } from "./stack.ts";

let clock: ManualClock;
let sockets: ReturnType<typeof fakeSockets>;
let agent: Agent;
let events: AgentEvent[];
let counter = 0;

const timers = {
  keepAliveMs: 1_000,
  pongMs: 100,
  retryMinMs: 1_000,
  retryMaxMs: 8_000,
  registerSeconds: 600,
};
const sdp = "v=0\r\ns=-\r\n";

beforeEach(() => {
  vi.useFakeTimers();
  clock = manualClock();
  sockets = fakeSockets();
  events = [];
  agent = createAgent({
    address: "sip:alice@segue.example",
    name: "Alice",
    password: "secret",
    server: "wss://segue.example/sip",
    instanceId: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    openSocket: sockets.openSocket,
    freshId: () => (counter += 1).toString(16).padStart(32, "0"),
    timers,
    clock,
    onEvent: (event) => void events.push(event),
  });
});
afterEach(async () => {
  const stopped = agent.stop();
  clock.advance(1_000);
  await stopped;
  await vi.advanceTimersByTimeAsync(0); // a transaction that a challenge has replaced ends by itself
  const left = [clock.waiting(), vi.getTimerCount()];
  vi.useRealTimers();
  if (left.some((count) => count > 0)) throw new Error(`timers are left: ${left.join(" and ")}`);
});

const socketNow = (): FakeSocket => {
  const socket = sockets.all.at(-1);
  if (socket === undefined) throw new Error("no socket");
  return socket;
};
const told = (): readonly string[] => events.map(({ on }) => on);
const named = <On extends AgentEvent["on"]>(on: On): readonly Extract<AgentEvent, { on: On }>[] =>
  events.filter((event): event is Extract<AgentEvent, { on: On }> => event.on === on);
/** Time passes on a connection that lives. */
function pass(socket: FakeSocket, ms: number): void {
  for (let left = ms; left > 0; left -= 500) {
    clock.advance(Math.min(left, 500));
    socket.says("\r\n");
  }
}
/** SIP.js hears of a failed write a little later. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const gruu = "sip:alice@segue.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const granted: readonly SipHeader[] = [
  ["Contact", '<sip:somebody@else.invalid>;expires=5;+sip.instance="<urn:uuid:other>"'],
  [
    "Contact",
    `<sip:alice@x.invalid>;expires=100;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1;pub-gruu="${gruu}"`,
  ],
];

function signIn(): FakeSocket {
  agent.start();
  const socket = socketNow();
  socket.opens();
  socket.answers("REGISTER", 200, { headers: granted });
  return socket;
}

/** A request from elsewhere, as text. */
const from = (
  method: string,
  more: {
    readonly uri?: string;
    readonly callId?: string;
    readonly headers?: readonly string[];
    readonly body?: string;
    readonly toTag?: string;
    readonly cseq?: string;
    readonly branch?: string;
  } = {},
): string =>
  [
    `${method} ${more.uri ?? "sip:alice@segue.example"} SIP/2.0`,
    `Via: SIP/2.0/WSS edge.segue.example;branch=${more.branch ?? `z9hG4bK${(counter += 1)}`}`,
    "From: <sip:bob@segue.example>;tag=bob",
    `To: <sip:alice@segue.example>${more.toTag === undefined ? "" : `;tag=${more.toTag}`}`,
    `Call-ID: ${more.callId ?? "call"}`,
    `CSeq: ${more.cseq ?? `1 ${method}`}`,
    "Max-Forwards: 70",
    "Contact: <sip:bob@bob.invalid>",
    ...(more.headers ?? []),
    "",
    more.body ?? "",
  ].join("\r\n");

const invite = (more: Parameters<typeof from>[1] = {}): string =>
  from("INVITE", { body: sdp, headers: ["Content-Type: application/sdp"], ...more });

const tagOfAnswer = (socket: FakeSocket): string =>
  /;tag=([0-9a-f]+)/.exec(header(parseSip(socket.sent.at(-1) ?? ""), "To") ?? "")?.[1] ?? "";

describe("registration", () => {
  test("says who this device is, and takes the GRUU as its Contact", () => {
    const socket = signIn();
    const register = socket.request("REGISTER");
    expect(register.uri).toBe("sip:segue.example");
    expect(header(register, "Contact")).toContain(
      '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1',
    );
    expect(header(register, "Contact")).toContain("urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session");
    expect(header(register, "Supported")).toContain("gruu");
    expect(header(register, "Supported")).toContain("outbound");
    expect(header(register, "Supported")).toContain("path");
    expect(header(register, "User-Agent")).toBe(userAgent);
    expect(header(register, "Via")).toMatch(
      /^SIP\/2\.0\/WSS [0-9a-f]{32}\.invalid;branch=z9hG4bK[0-9a-f]{32}$/,
    );
    expect(header(register, "Call-ID")).toMatch(/^[0-9a-f]{32}$/);
    agent.invite({ leg: "one", to: "sip:bob@segue.example", sdp, headers: [], recipientList: null });
    expect(header(socket.request("INVITE"), "Contact")).toContain(`<${gruu}>`);
    expect(header(socket.request("INVITE"), "Supported")).not.toContain("timer");
  });

  test("is refreshed before it ends, once told of", () => {
    const socket = signIn();
    pass(socket, 79_000);
    const before = socket.sent.length;
    pass(socket, 1_000);
    expect(socket.sent.slice(before).some((text) => text.startsWith("REGISTER"))).toBe(true);
    socket.answers("REGISTER", 200, { headers: granted });
    expect(named("registered")).toHaveLength(1);
  });

  test("answers the one challenge it can", () => {
    agent.start();
    const socket = socketNow();
    socket.opens();
    const challenge = 'Digest realm="segue.example", nonce="n", qop="auth"';
    socket.answers("REGISTER", 401, {
      headers: [
        ["WWW-Authenticate", `${challenge}, algorithm=MD5`],
        ["WWW-Authenticate", `${challenge}, algorithm=SHA-256`],
      ],
    });
    const proof = header(socket.request("REGISTER"), "Authorization") ?? "";
    expect(proof).toContain('username="alice"');
    expect(proof).toMatch(/cnonce="[0-9a-f]{32}"/);
    expect(header(socket.request("REGISTER"), "CSeq")).toBe("2 REGISTER");
    socket.answers("REGISTER", 401, { headers: [["WWW-Authenticate", `${challenge}, algorithm=MD5`]] });
    expect(events.at(-1)).toEqual({ on: "denied", status: 401 });
    expect(socket.isClosed).toBe(true);
  });

  test("asks for as long as it has to", () => {
    agent.start();
    const socket = socketNow();
    socket.opens();
    socket.answers("REGISTER", 423, { headers: [["Min-Expires", "3600"]] });
    expect(header(socket.request("REGISTER"), "Expires")).toBe("3600");
    socket.answers("REGISTER", 200, { headers: granted });
    expect(told()).toEqual(["connecting", "registered"]);
  });

  test("a server that can't now is asked later, not before it says", () => {
    agent.start();
    socketNow().opens();
    socketNow().answers("REGISTER", 503, { headers: [["Retry-After", "5"]] });
    expect(events.at(-1)).toEqual({ on: "disconnected", cause: "server", retryAtMs: 5_000 });
    clock.advance(5_000);
    socketNow().opens();
    socketNow().answers("REGISTER", 200, { headers: granted });
    expect(sockets.all).toHaveLength(2);
    expect(told().at(-1)).toBe("registered");
  });

  test("leaving takes the binding back", async () => {
    const socket = signIn();
    const stopped = agent.stop();
    expect(header(socket.request("REGISTER"), "Expires")).toBe("0");
    expect(socket.isClosed).toBe(false);
    socket.answers("REGISTER", 200);
    await stopped;
    expect(socket.isClosed).toBe(true);
  });
});

describe("a connection", () => {
  test("waits longer each time, and starts over after success", () => {
    agent.start();
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      socketNow().closes();
      const { retryAtMs } = named("disconnected").at(-1) ?? { retryAtMs: 0 };
      waits.push(retryAtMs - clock.now());
      clock.advance(retryAtMs - clock.now());
    }
    for (const [n, wait] of waits.entries()) {
      const full = Math.min(8_000, 1_000 * 2 ** n);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
    socketNow().opens();
    socketNow().answers("REGISTER", 200, { headers: granted });
    socketNow().closes();
    expect((named("disconnected").at(-1)?.retryAtMs ?? 0) - clock.now()).toBeLessThanOrEqual(1_000);
  });

  test("one that does not open is given up", () => {
    agent.start();
    clock.advance(100);
    expect(told()).toEqual(["connecting", "disconnected"]);
    expect(socketNow().isClosed).toBe(true);
    socketNow().opens();
    expect(socketNow().sent).toEqual([]);
  });

  test("is asked, asked again, and then dead", () => {
    const socket = signIn();
    clock.advance(1_000);
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    clock.advance(100);
    expect(socket.request("OPTIONS").uri).toBe("sip:segue.example");
    clock.advance(100);
    expect(told().slice(-1)).toEqual(["disconnected"]);
  });

  test("lives by whatever comes in", () => {
    const socket = signIn();
    clock.advance(1_000);
    socket.says("\r\n");
    clock.advance(1_050);
    socket.answers("REGISTER", 200);
    clock.advance(1_000);
    expect(told()).toEqual(["connecting", "registered"]);
  });

  test("a timer that fires late proves nothing", () => {
    const socket = signIn();
    clock.advance(1_000);
    clock.sleep(30_000);
    clock.advance(0);
    clock.sleep(30_000);
    clock.advance(0);
    expect(told()).toEqual(["connecting", "registered"]);
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    clock.advance(200);
    expect(told().at(-1)).toBe("disconnected");
  });

  test("is asked now when told to, and made now while waiting", () => {
    const socket = signIn();
    agent.tryNow();
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    socket.closes();
    agent.tryNow();
    expect(sockets.all).toHaveLength(2);
  });

  test("CRLFCRLF is answered, in text and in bytes", () => {
    const socket = signIn();
    for (const data of ["\r\n\r\n", encodeUtf8("\r\n\r\n"), encodeUtf8("\r\n\r\n").buffer]) {
      socket.says(data);
      expect(socket.sent.at(-1)).toBe("\r\n");
    }
  });

  test("a URL that no socket can be made of", () => {
    const broken = createAgent({
      address: "sip:alice@segue.example",
      name: "",
      password: "",
      server: "nonsense",
      instanceId: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      openSocket: () => {
        throw new SyntaxError("nonsense");
      },
      freshId: () => (counter += 1).toString(16).padStart(32, "0"),
      timers,
      clock,
      onEvent: (event) => void events.push(event),
    });
    broken.start();
    expect(told()).toEqual(["connecting", "disconnected"]);
    void broken.stop();
    clock.advance(1_000);
  });
});

describe("what comes in", () => {
  const hostile: readonly (readonly [string, unknown, number | null])[] = [
    ["garbage", "garbage", null],
    ["bytes that are no text", Uint8Array.of(0xff, 0xfe), null],
    ["something that is no message", 42, null],
    [
      "a response with a bad CSeq",
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x;branch=z9hG4bK1\r\nFrom: <sip:a@b.c>;tag=1\r\nTo: <sip:a@b.c>\r\nCall-ID: x\r\nCSeq: nonsense\r\n\r\n",
      null,
    ],
    [
      "a response to nothing",
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x;branch=z9hG4bK1\r\nFrom: <sip:a@b.c>;tag=1\r\nTo: <sip:a@b.c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n",
      null,
    ],
    ["PRACK outside a dialog", from("PRACK", { headers: ["RAck: 1 1 INVITE"] }), 405],
    ["REFER", from("REFER", { headers: ["Refer-To: <sip:carol@segue.example>"] }), 405],
    ["MESSAGE", from("MESSAGE"), 405],
    ["a method nobody knows", from("FROBNICATE"), 405],
    ["CANCEL of nothing", from("CANCEL"), 481],
    ["BYE of nothing", from("BYE", { toTag: "x" }), 481],
    [
      "NOTIFY of nothing",
      from("NOTIFY", { toTag: "x", headers: ["Event: conference", "Subscription-State: active"] }),
      481,
    ],
    ["NOTIFY without Event", from("NOTIFY", { toTag: "x" }), 489],
    [
      "NOTIFY outside a dialog",
      from("NOTIFY", { headers: ["Event: conference", "Subscription-State: active"] }),
      481,
    ],
    ["OPTIONS", from("OPTIONS"), 200],
    ["OPTIONS in a dialog that is not", from("OPTIONS", { toTag: "x" }), 481],
    ["tel: as target", invite({ uri: "tel:+15550100" }), 416],
    ["somebody else as target", invite({ uri: "sip:mallory@segue.example" }), 404],
    ["an extension nobody knows", invite({ headers: ["Require: 100rel, replaces, x"] }), 420],
    ["Replaces without tags", invite({ headers: ["Replaces: abc"] }), 400],
    [
      "two Replaces",
      invite({ headers: ["Replaces: a;to-tag=1;from-tag=2", "Replaces: b;to-tag=1;from-tag=2"] }),
      400,
    ],
    ["Replaces in a BYE", from("BYE", { headers: ["Replaces: a;to-tag=1;from-tag=2"] }), 400],
    [
      "Replaces and Join",
      invite({ headers: ["Replaces: a;to-tag=1;from-tag=2", "Join: a;to-tag=1;from-tag=2"] }),
      400,
    ],
    ["a body that is no description", invite({ headers: ["Content-Type: text/plain"] }), 415],
    ["a body that has no type", invite({ headers: [] }), 415],
    [
      "a multipart body without end",
      invite({ headers: ["Content-Type: multipart/mixed;boundary=b"], body: "--b\r\n\r\nx" }),
      400,
    ],
    [
      "a body in a code",
      invite({ headers: ["Content-Type: application/sdp", "Content-Encoding: gzip"] }),
      415,
    ],
    ["two Contacts", invite({ headers: ["Contact: <sip:x@y.z>", "Content-Type: application/sdp"] }), 400],
    ["a Via without branch", invite().replace(/;branch=\S+/, ""), 400],
    ["a From without tag", invite().replace(";tag=bob", ""), 400],
    [
      "a header that is a property",
      invite({ headers: ["__proto__: x", "Content-Type: application/sdp"] }),
      180,
    ],
    [
      "a Record-Route that is nonsense",
      invite({ headers: ["Record-Route: <<>", "Content-Type: application/sdp"] }),
      400,
    ],
  ];

  test.each(hostile)("%s", async (_name, data, status) => {
    const socket = signIn();
    socket.says(data);
    expect(socket.statuses("call")).toEqual(status === null ? [] : [status]);
    await settle();
    // and the next call is a call
    socket.says(invite({ callId: "next" }));
    expect(socket.statuses("next")).toEqual([180]);
    expect(told().at(-1)).toBe("incoming");
  });

  test("what it says of itself is what runs", () => {
    const socket = signIn();
    socket.says(from("OPTIONS"));
    const answer = parseSip(socket.sent.at(-1) ?? "");
    expect(headers(answer, "Allow")).toEqual(["INVITE, ACK, CANCEL, BYE, NOTIFY, OPTIONS"]);
    expect(headers(answer, "Supported")).toEqual(["replaces"]);
    socket.says(invite({ headers: ["Require: x", "Content-Type: application/sdp"] }));
    expect(header(parseSip(socket.sent.at(-1) ?? ""), "Unsupported")).toBe("x");
  });

  test("Replaces that names a subscription, or nothing, is the app's to judge", () => {
    const socket = signIn();
    agent.subscribe("roster", "sip:room@segue.example");
    const subscribe = socket.request("SUBSCRIBE");
    const callId = header(subscribe, "Call-ID") ?? "";
    const tag = /tag=(\w+)/.exec(header(subscribe, "From") ?? "")?.[1] ?? "";
    socket.says(
      invite({ headers: [`Replaces: ${callId};to-tag=${tag};from-tag=x`, "Content-Type: application/sdp"] }),
    );
    expect(named("incoming")[0]?.incoming.replaces).toEqual({
      callId,
      toTag: tag,
      fromTag: "x",
      earlyOnly: false,
    });
  });

  test.each([
    ["in capitals", "Application/SDP", sdp],
    ["with a parameter", "application/sdp;charset=utf-8", sdp],
    [
      "among other parts",
      "multipart/mixed; boundary=b",
      `--b\r\nContent-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list-history\r\n\r\n<x/>\r\n--b\r\nContent-Type: Application/SDP\r\n\r\n${sdp}\r\n--b--\r\n`,
    ],
  ])("a description %s is read, and answered as one", (_name, type, body) => {
    const socket = signIn();
    socket.says(invite({ headers: [`Content-Type: ${type}`], body }));
    const { leg, sdp: offered } = named("incoming")[0]?.incoming ?? { leg: "", sdp: null };
    expect(offered).toBe(sdp);
    agent.accept(leg, "v=0\r\n");
    const ok = parseSip(socket.sent.at(-1) ?? "");
    expect([header(ok, "Content-Type"), ok.body]).toEqual(["application/sdp", "v=0\r\n"]);
    socket.says(from("ACK", { toTag: tagOfAnswer(socket) }));
    expect(told().at(-1)).toBe("acked");
  });
});

describe("a call that came in", () => {
  function accepted(socket: FakeSocket): { readonly leg: string; readonly toTag: string } {
    socket.says(invite());
    const leg = named("incoming")[0]?.incoming.leg ?? "";
    agent.accept(leg, sdp);
    return { leg, toTag: tagOfAnswer(socket) };
  }

  test("has a tag of 128 bits, the same in each answer", () => {
    const socket = signIn();
    socket.says(invite());
    const ringing = tagOfAnswer(socket);
    agent.accept(named("incoming")[0]?.incoming.leg ?? "", sdp);
    expect(ringing).toMatch(/^[0-9a-f]{32}$/);
    expect(tagOfAnswer(socket)).toBe(ringing);
  });

  test("without ACK is ended", async () => {
    const socket = signIn();
    const { leg } = accepted(socket);
    await vi.advanceTimersByTimeAsync(32_000);
    expect(events.at(-1)).toEqual({ on: "unacked", leg });
    expect(header(socket.request("BYE"), "Reason")).toBe('SIP;cause=408;text="No ACK"');
    expect(agent.dialog(leg)).toBeNull();
  });

  test("BYE before the ACK ends it once", async () => {
    const socket = signIn();
    const { leg, toTag } = accepted(socket);
    socket.says(
      from("BYE", { toTag, cseq: "2 BYE", headers: ['Reason: Q.850;cause=16, SIP;cause=410;text="Gone"'] }),
    );
    expect(events.at(-1)).toEqual({ on: "ended", leg, by: "peer", cause: 410, text: "Gone" });
    await vi.advanceTimersByTimeAsync(64_000);
    expect(told().filter((on) => on === "unacked" || on === "ended")).toEqual(["ended"]);
  });

  test("a caller who says BYE while it rings has given up", () => {
    const socket = signIn();
    socket.says(invite());
    socket.says(from("BYE", { toTag: tagOfAnswer(socket), cseq: "2 BYE" }));
    expect(told().at(-1)).toBe("cancelled");
    expect(socket.statuses("call")).toEqual([180, 200, 487]);
  });

  test("CANCEL says when another device has answered", () => {
    const socket = signIn();
    socket.says(invite({ branch: "z9hG4bKsame" }));
    socket.says(
      from("CANCEL", { branch: "z9hG4bKsame", headers: ['Reason: SIP;cause=200;text="elsewhere"'] }),
    );
    expect(events.at(-1)).toMatchObject({ on: "cancelled", cause: 200 });
    expect(socket.statuses("call")).toEqual([180, 200, 487]);
  });

  test("is refreshed by a re-INVITE on the same path, and by no other", async () => {
    const path = (name: string): string =>
      `v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 x\r\nt=0 0\r\nm=message 1 TCP/MSRP *\r\na=accept-types:*\r\na=path:msrp://${name}.invalid:1/s;ws\r\n`;
    const socket = signIn();
    socket.says(invite({ body: path("one") }));
    const { leg } = named("incoming")[0]?.incoming ?? { leg: "" };
    agent.accept(leg, sdp);
    const toTag = tagOfAnswer(socket);
    socket.says(from("ACK", { toTag }));
    await vi.advanceTimersByTimeAsync(500); // SIP.js looks for the ACK once more by then
    const again = (cseq: number, body: string): void =>
      socket.says(invite({ toTag, cseq: `${cseq} INVITE`, body }));
    again(2, path("one"));
    expect(parseSip(socket.sent.at(-1) ?? "").body).toBe(sdp);
    socket.says(from("ACK", { toTag, cseq: "2 ACK" }));
    again(3, path("two"));
    expect(socket.statuses("call").slice(-2)).toEqual([200, 488]);
    expect(told().filter((on) => on === "acked")).toEqual(["acked"]);
    agent.end(leg, null);
    socket.answers("BYE", 481);
    expect(events.at(-1)).toEqual({ on: "closed", leg });
  });
});

describe("a call of ours", () => {
  const ok = { headers: [["Contact", "<sip:room@x.invalid>;isfocus"]] as const, body: "" };
  const answer = {
    headers: [
      ["Contact", "<sip:room@x.invalid>;isfocus"],
      ["Content-Type", "application/sdp"],
    ] as const,
    body: sdp,
  };
  const start = (recipientList: string | null = null): FakeSocket => {
    const socket = signIn();
    agent.invite({ leg: "one", to: "sip:room@segue.example", sdp, headers: [], recipientList });
    return socket;
  };

  test("carries the list beside the description, with credentials again", () => {
    const socket = start("<list/>");
    const first = socket.request("INVITE");
    socket.answers("INVITE", 407, {
      headers: [["Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth"']],
    });
    const second = socket.request("INVITE");
    expect(header(second, "Proxy-Authorization")).toContain('realm="r"');
    expect(header(second, "Via")).not.toBe(header(first, "Via"));
    for (const request of [first, second]) {
      expect(header(request, "Require")).toBe("recipient-list-invite");
      expect(header(request, "Content-Type")).toMatch(/^multipart\/mixed;boundary="/);
      expect(request.body.indexOf("application/sdp")).toBeLessThan(request.body.indexOf("recipient-list"));
    }
    socket.answers("INVITE", 200, answer);
    expect(events.at(-1)).toMatchObject({ on: "accepted", isFocus: true, sdp });
    expect(socket.request("ACK").body).toBe("");
  });

  test("CANCEL waits for what can be cancelled, over a challenge too", () => {
    const socket = start();
    agent.cancel("one");
    expect(() => socket.request("CANCEL")).toThrow("no CANCEL");
    socket.answers("INVITE", 407, {
      headers: [["Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth"']],
    });
    expect(() => socket.request("CANCEL")).toThrow("no CANCEL");
    socket.answers("INVITE", 100);
    expect(header(socket.request("CANCEL"), "Via")).toBe(header(socket.request("INVITE"), "Via"));
    socket.answers("INVITE", 487);
    expect(events.at(-1)).toMatchObject({ on: "refused", status: 487 });
  });

  test("a CANCEL that nobody answers is done after a while", () => {
    const socket = start();
    socket.answers("INVITE", 180, ok);
    agent.cancel("one");
    pass(socket, 32_000);
    expect(events.findLast(({ on }) => on === "refused")).toMatchObject({ status: 487 });
    socket.answers("INVITE", 200, answer);
    expect(socket.request("BYE").uri).toContain("room@x.invalid");
  });

  test("an answer without description is ended, and of two answers the second", () => {
    const socket = start();
    socket.answers("INVITE", 200, ok);
    expect(events.at(-1)).toMatchObject({ on: "refused", status: 488 });
    expect(header(socket.request("BYE"), "Reason")).toContain("488");
    agent.invite({ leg: "two", to: "sip:room@segue.example", sdp, headers: [], recipientList: null });
    socket.answers("INVITE", 200, { ...answer, toTag: "first" });
    socket.answers("INVITE", 200, { ...answer, toTag: "second" });
    expect(told().filter((on) => on === "accepted")).toEqual(["accepted"]);
    expect(header(socket.request("BYE"), "To")).toContain("second");
    expect(agent.dialog("two")?.remoteTag).toBe("first");
  });

  test("a session the other end has lost is told so", () => {
    const socket = start();
    socket.answers("INVITE", 200, answer);
    agent.refer("one", ["sip:carol@segue.example"]);
    expect(header(socket.request("REFER"), "Refer-Sub")).toBe("false");
    socket.answers("REFER", 481);
    expect(events.slice(-2)).toEqual([
      { on: "referred", leg: "one", to: "sip:carol@segue.example", status: 481 },
      { on: "ended", leg: "one", by: "lost", cause: 481, text: null },
    ]);
    agent.end("one", null);
    expect(() => socket.request("BYE")).toThrow("no BYE");
  });

  test("several are referred by one list", () => {
    const socket = start();
    socket.answers("INVITE", 200, answer);
    agent.refer("one", ["sip:carol@segue.example", "sip:dave@segue.example"]);
    const refer = socket.request("REFER");
    const id = /^<cid:(.+)>$/.exec(header(refer, "Refer-To") ?? "")?.[1];
    expect(header(refer, "Content-ID")).toBe(`<${id}>`);
    expect(header(refer, "Require")).toContain("multiple-refer");
    expect(refer.body).toContain("sip:dave@segue.example");
  });
});

describe("a subscription", () => {
  const notify = (socket: FakeSocket, cseq: number, state: string): string => {
    const subscribe = socket.request("SUBSCRIBE");
    return from("NOTIFY", {
      callId: header(subscribe, "Call-ID") ?? "",
      toTag: /tag=(\w+)/.exec(header(subscribe, "From") ?? "")?.[1] ?? "",
      cseq: `${cseq} NOTIFY`,
      headers: [
        "Event: conference",
        `Subscription-State: ${state}`,
        "Content-Type: application/conference-info+xml",
      ],
      body: "<x/>",
    });
  };

  test("is told of from the first NOTIFY on, even before the answer, and is refreshed", async () => {
    const socket = signIn();
    agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    socket.answers("SUBSCRIBE", 200, { headers: [["Expires", "100"]] });
    socket.says(notify(socket, 2, "active;expires=100"));
    const before = socket.sent.length;
    await vi.advanceTimersByTimeAsync(90_000);
    expect(socket.sent.slice(before).filter((text) => text.startsWith("SUBSCRIBE"))).toHaveLength(1);
    socket.says(notify(socket, 3, "terminated;reason=noresource"));
    expect(named("notified").map(({ body, terminated }) => [body, terminated])).toEqual([
      ["<x/>", null],
      ["<x/>", null],
      ["<x/>", "noresource"],
    ]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(named("notified")).toHaveLength(3);
  });

  test("ends by silence", async () => {
    const socket = signIn();
    agent.subscribe("roster", "sip:room@segue.example");
    socket.answers("SUBSCRIBE", 200, { headers: [["Expires", "100"]] });
    await vi.advanceTimersByTimeAsync(32_000);
    expect(named("notified")).toEqual([
      { on: "notified", subscription: "roster", body: "", terminated: "timeout" },
    ]);
  });

  test("one that is let go is quiet, though the other end says nothing", async () => {
    const socket = signIn();
    agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    agent.unsubscribe("roster");
    expect(header(socket.request("SUBSCRIBE"), "Expires")).toBe("0");
    agent.subscribe("roster", "sip:room@segue.example");
    pass(socket, 32_000);
    const before = socket.sent.length;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(socket.sent.slice(before).filter((text) => text.startsWith("SUBSCRIBE"))).toEqual([]);
    expect(named("notified")).toHaveLength(1);
  });
});

test("a mistake above is not the peer's", async () => {
  const thrown: unknown[] = [];
  vi.stubGlobal("queueMicrotask", (run: () => void) => {
    try {
      run();
    } catch (error) {
      thrown.push(error);
    }
  });
  const socket = signIn();
  const { push } = events;
  events.push = (...more) => {
    push.call(events, ...more);
    throw new Error("a mistake");
  };
  socket.says(invite());
  vi.unstubAllGlobals();
  await settle();
  expect(thrown).toEqual([new Error("a mistake")]);
  expect(socket.statuses("call")).toEqual([180]);
});

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
  expect(userAgent).toBe(`Segue/${version}`);
});
