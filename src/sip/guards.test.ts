/** What no server should send: nothing throws, and the next call works. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, test, vi } from "vitest";
import { from, invite, sdp, tagOfAnswer, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import { header, headers, parseSip } from "../wire/sip.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

/** SIP.js hears of a failed write a little later. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

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
    ["a MESSAGE that says nothing", from("MESSAGE"), 400],
    [
      "a MESSAGE of a dialog that is not there",
      from("MESSAGE", { toTag: "x", headers: ["Content-Type: text/plain"] }),
      481,
    ],
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
    const socket = alone.signIn();
    socket.says(data);
    expect(socket.statuses("call")).toEqual(status === null ? [] : [status]);
    await settle();
    // and the next call is a call
    socket.says(invite({ callId: "next" }));
    expect(socket.statuses("next")).toEqual([180]);
    expect(alone.told().at(-1)).toBe("incoming");
  });

  test("anything, and then a call", () => {
    const socket = alone.signIn();
    const samples = [
      invite(),
      from("BYE", { toTag: "x" }),
      from("NOTIFY", { toTag: "x", headers: ["Event: conference", "Subscription-State: active"] }),
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x;branch=z9hG4bK1\r\nFrom: <sip:a@b.c>;tag=1\r\nTo: <sip:a@b.c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(20),
        fc.stringMatching(/^[<>;,:="@\r\n \tü%aZ1[\]?]{0,6}$/),
        (sample, where, length, instead) => {
          const at = where % sample.length;
          socket.says(sample.slice(0, at) + instead + sample.slice(at + length));
        },
      ),
      { numRuns: 300, seed: 1 },
    );
    socket.says(invite({ callId: "next" }));
    expect(socket.statuses("next")).toEqual([180]);
  });

  test("what it says of itself is what runs", () => {
    const socket = alone.signIn();
    socket.says(from("OPTIONS"));
    const answer = parseSip(socket.sent.at(-1) ?? "");
    expect(headers(answer, "Allow")).toEqual(["INVITE, ACK, CANCEL, BYE, NOTIFY, OPTIONS, MESSAGE"]);
    expect(headers(answer, "Supported")).toEqual(["replaces"]);
    socket.says(invite({ headers: ["Require: x", "Content-Type: application/sdp"] }));
    expect(header(parseSip(socket.sent.at(-1) ?? ""), "Unsupported")).toBe("x");
  });

  test("Replaces that names a subscription, or nothing, is the app's to judge", () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    const subscribe = socket.request("SUBSCRIBE");
    const callId = header(subscribe, "Call-ID") ?? "";
    const tag = /tag=(\w+)/.exec(header(subscribe, "From") ?? "")?.[1] ?? "";
    socket.says(
      invite({ headers: [`Replaces: ${callId};to-tag=${tag};from-tag=x`, "Content-Type: application/sdp"] }),
    );
    expect(alone.named("incoming")[0]?.incoming.replaces).toEqual({
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
    const socket = alone.signIn();
    socket.says(invite({ headers: [`Content-Type: ${type}`], body }));
    const { leg, sdp: offered } = alone.named("incoming")[0]?.incoming ?? { leg: "", sdp: null };
    expect(offered).toBe(sdp);
    alone.agent.accept(leg, "v=0\r\n");
    const ok = parseSip(socket.sent.at(-1) ?? "");
    expect([header(ok, "Content-Type"), ok.body]).toEqual(["application/sdp", "v=0\r\n"]);
    socket.says(from("ACK", { toTag: tagOfAnswer(socket) }));
    expect(alone.told().at(-1)).toBe("acked");
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
  const socket = alone.signIn();
  const { push } = alone.events;
  alone.events.push = (...more) => {
    push.call(alone.events, ...more);
    throw new Error("a mistake");
  };
  socket.says(invite());
  vi.unstubAllGlobals();
  await settle();
  expect(thrown).toEqual([new Error("a mistake")]);
  expect(socket.statuses("call")).toEqual([180]);
});
