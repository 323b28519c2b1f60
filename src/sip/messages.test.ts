/** MESSAGE, out and in, with a server that is a test. */
import { deflateSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { agentAlone, from, invite, tagOfAnswer, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import { header, parseSip } from "../wire/sip.ts";
import type { OutgoingMessage } from "./agent.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
}, 64_000); // a call is looked after until its ACK can come no more

const plain = ["Content-Type: text/plain"];
const bytesOf = (head: string, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(head.replace(/\r\n\r\n$/, `\r\nContent-Length: ${body.length}\r\n\r\n`)), body]);

const outgoing = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: "m1",
  to: "sip:bob@segue.example",
  contentType: "text/plain;charset=UTF-8",
  body: "Hé",
  headers: [["Conversation-ID", "c1"]],
  mostBytes: 1_300,
  ...more,
});

describe("a MESSAGE of ours", () => {
  test("names the person, the type and the length in bytes, and its id is the Call-ID", () => {
    const socket = alone.signIn();
    alone.agent.message(outgoing());
    const request = socket.request("MESSAGE");
    expect(request.uri).toBe("sip:bob@segue.example");
    expect(header(request, "Call-ID")).toBe("m1");
    expect(header(request, "Content-Type")).toBe("text/plain;charset=UTF-8");
    expect(header(request, "Content-Length")).toBe("3");
    expect(header(request, "Conversation-ID")).toBe("c1");
    expect(request.body).toBe("Hé");
  });

  test("is told what was answered, and what would have been taken", () => {
    const socket = alone.signIn();
    alone.agent.message(outgoing());
    socket.answers("MESSAGE", 415, { headers: [["Accept", "text/plain, text/html"]] });
    alone.agent.message(outgoing({ id: "m2" }));
    socket.answers("MESSAGE", 202);
    expect(alone.named("answered")).toEqual([
      { on: "answered", message: "m1", became: 415, accept: ["text/plain", "text/html"] },
      { on: "answered", message: "m2", became: 202, accept: [] },
    ]);
  });

  test("is lost where the account is refused before the answer", () => {
    const socket = alone.signIn();
    alone.agent.message(outgoing());
    alone.pass(80_000);
    socket.answers("REGISTER", 403);
    expect(alone.told().slice(-2)).toEqual(["denied", "answered"]);
    expect(alone.named("answered")).toEqual([{ on: "answered", message: "m1", became: "lost", accept: [] }]);
  });

  test("fits into what may be sent to the byte, and does not leave where it does not fit", async () => {
    const socket = alone.signIn();
    alone.agent.message(outgoing({ mostBytes: 100_000 }));
    const size = Buffer.byteLength(socket.sent.at(-1) ?? "");
    alone.agent.message(outgoing({ id: "m2", mostBytes: size }));
    expect(header(socket.request("MESSAGE"), "Call-ID")).toBe("m2");
    const before = socket.sent.length;
    alone.agent.message(outgoing({ id: "m3", mostBytes: size - 1 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(alone.named("answered")).toEqual([{ on: "answered", message: "m3", became: 513, accept: [] }]);
    expect(socket.sent.length).toBe(before);
  });

  test("without an answer has failed; one whose connection broke is lost, and its late answer is nothing", async () => {
    const socket = alone.signIn();
    alone.agent.message(outgoing());
    await vi.advanceTimersByTimeAsync(32_000);
    alone.agent.message(outgoing({ id: "m2" }));
    socket.closes();
    await vi.advanceTimersByTimeAsync(32_000);
    alone.agent.message(outgoing({ id: "m3" }));
    await vi.advanceTimersByTimeAsync(0);
    expect(alone.named("answered").map(({ message, became }) => [message, became])).toEqual([
      ["m1", 408],
      ["m2", "lost"],
      ["m3", "unsent"],
    ]);
  });

  test("to what is no address fails at once", async () => {
    alone.signIn();
    alone.agent.message(outgoing({ to: "nobody" }));
    await vi.advanceTimersByTimeAsync(0);
    expect(alone.named("answered")).toMatchObject([{ became: 400 }]);
  });
});

describe("a MESSAGE that came in", () => {
  const answering = (status: number): AgentAlone => {
    const one = agentAlone(undefined, (event, agent) => {
      if (event.on === "message") agent.answer(event.message.id, status);
    });
    alone = one;
    return one;
  };

  test("is told with who sent it by the network's word, and answered as its reader says", () => {
    const socket = answering(202).signIn();
    socket.says(
      from("MESSAGE", {
        headers: ["Content-Type: text/plain", 'P-Asserted-Identity: "Bob L." <sip:bob@segue.example>'],
        body: "Hé",
        cseq: "7 MESSAGE",
      }),
    );
    expect(alone.named("message")[0]?.message).toMatchObject({
      from: { address: "sip:bob@segue.example", name: "Bob L." },
      assertedIdentity: "sip:bob@segue.example",
      callId: "call",
      cseq: 7,
      contentType: "text/plain",
      body: new Uint8Array(Buffer.from("Hé")),
    });
    expect(socket.statuses("call")).toEqual([202]);
    expect(tagOfAnswer(socket)).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is told once, however often the network repeats it", () => {
    const socket = answering(200).signIn();
    const text = from("MESSAGE", { headers: plain, branch: "z9hG4bKsame" });
    socket.says(text);
    socket.says(text);
    expect(alone.named("message")).toHaveLength(1);
    expect(socket.statuses("call")).toEqual([200, 200]);
  });

  test("that nobody answers is refused", () => {
    const socket = alone.signIn();
    socket.says(from("MESSAGE", { headers: plain }));
    expect(alone.named("message")).toHaveLength(1);
    expect(socket.statuses("call")).toEqual([480]);
  });

  test("of another type is refused with the types that are taken", () => {
    const socket = alone.signIn();
    for (const type of ["text/html", "multipart/mixed;boundary=b", "application/sdp"])
      socket.says(from("MESSAGE", { callId: type, headers: [`Content-Type: ${type}`], body: "x" }));
    const answer = parseSip(socket.sent.at(-1) ?? "");
    expect(header(answer, "Accept")).toBe(
      "text/plain, message/cpim, message/imdn+xml, application/im-iscomposing+xml",
    );
    expect(
      ["text/html", "multipart/mixed;boundary=b", "application/sdp"].map((id) => socket.statuses(id)),
    ).toEqual([[415], [415], [415]]);
    expect(alone.named("message")).toHaveLength(0);
  });

  test("within a dialog is told like any other", () => {
    const socket = answering(200).signIn();
    socket.says(invite());
    const toTag = tagOfAnswer(socket);
    socket.says(from("MESSAGE", { toTag, headers: plain, body: "within", cseq: "2 MESSAGE" }));
    expect(alone.named("message")).toHaveLength(1);
    expect(tagOfAnswer(socket)).toBe(toTag);
    expect(socket.statuses("call")).toEqual([180, 200]);
    alone.agent.refuse(alone.named("incoming")[0]?.incoming.leg ?? "", 480);
  });
});

describe("a MESSAGE whose body is deflated", () => {
  /** Another thread inflates it. */
  const waits = { timeout: 30_000 };
  const deflated = (body: Uint8Array, callId = "call"): Uint8Array =>
    bytesOf(
      from("MESSAGE", { callId, headers: ["Content-Type: message/imdn+xml", "Content-Encoding: deflate"] }),
      body,
    );
  const bodies = (): readonly string[] =>
    alone.named("message").map(({ message }) => Buffer.from(message.body).toString());

  test("is told inflated, and before what came after it", async () => {
    const socket = alone.signIn();
    socket.says(deflated(deflateSync("<imdn/>"), "first"));
    socket.says(from("MESSAGE", { callId: "second", headers: plain, body: "Later" }));
    expect(bodies()).toEqual([]);
    await vi.waitFor(() => expect(bodies()).toEqual(["<imdn/>", "Later"]), waits);
  });

  test("that is none, or is far too much, is refused", async () => {
    const socket = alone.signIn();
    socket.says(deflated(Buffer.from([0xff, 0xfe, 0xfd]), "none"));
    socket.says(deflated(deflateSync(Buffer.alloc(16_000_000)), "bomb"));
    await vi.waitFor(() => expect(socket.statuses("bomb")).toEqual([413]), waits);
    expect(socket.statuses("none")).toEqual([400]);
    expect(alone.named("message")).toHaveLength(0);
  });

  test("in another way than deflate is refused with what would have been taken", () => {
    const socket = alone.signIn();
    socket.says(from("MESSAGE", { headers: [...plain, "Content-Encoding: gzip"], body: "x" }));
    expect(header(parseSip(socket.sent.at(-1) ?? ""), "Accept-Encoding")).toBe("deflate, identity");
    expect(socket.statuses("call")).toEqual([415]);
  });

  test("and shorter than it says is refused, as is such a body elsewhere", () => {
    const socket = alone.signIn();
    socket.says(deflated(deflateSync("<imdn/>")).subarray(0, -2));
    socket.says(bytesOf(invite({ callId: "invite" }), Buffer.from([0xff])));
    expect(socket.statuses("call")).toEqual([400]);
    expect(socket.statuses("invite")).toEqual([415]);
  });

  test("whose head is no UTF-8 either is nobody's", () => {
    const socket = alone.signIn();
    const before = socket.sent.length;
    socket.says(Buffer.concat([Buffer.from([0xff]), deflated(deflateSync("x"))]));
    expect(socket.sent.length).toBe(before);
  });
});
