/** One record's text: what becomes of what one writes, and what is taken of what comes in. */
import { describe, expect, it } from "vitest";
import type { MsrpContent } from "../flow/msrp-session-state.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { cpimOf } from "../testing/scripted-relay.ts";
import { formatCpim, parseCpim } from "../wire/cpim.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import type { Message } from "./model.ts";
import { createThread, type Thread } from "./thread.ts";

const alice = { address: "sip:alice@x", name: "Alice" };
const bob = { address: "sip:bob@x", name: "Bob" };

function started(to = "sip:bob@x") {
  const clock = manualClock(1_000);
  const sent: { line: string; id: string; content: MsrpContent }[] = [];
  let made = 0;
  let opens = 0;
  const thread = createThread({
    self: alice,
    clock,
    freshId: () => `id-${(made += 1)}`,
    reported: "delivered",
    to: () => ({ displayName: "", uri: to }),
    send: (line, id, content) => void sent.push({ line, id, content }),
    open: () => (opens += 1),
    changed: () => {},
  });
  return { clock, sent, thread, opens: () => opens };
}

const messages = (thread: Thread): readonly Message[] =>
  thread.items().filter((item): item is Message => item.kind === "message");
const states = (thread: Thread): readonly string[] =>
  messages(thread).map(({ text, is }) => `${text}: ${is}`);

describe("what one writes", () => {
  it("waits for a session and asks for one, goes, is reported", () => {
    const { thread, sent, opens } = started();
    thread.write("One");
    expect([states(thread), opens()]).toEqual([["One: waiting"], 1]);
    thread.feed({ on: "opened", line: "a" });
    expect(states(thread)).toEqual(["One: sending"]);
    thread.feed({ on: "reported", id: sent[0]?.id ?? "" });
    expect(states(thread)).toEqual(["One: delivered"]);
  });

  it("travels as CPIM with an id, a time, both ends", () => {
    const { thread, sent } = started();
    thread.feed({ on: "opened", line: "a" });
    thread.write("Grüße 👋");
    expect(sent[0]?.content.contentType).toBe("message/cpim");
    const cpim = parseCpim(sent[0]?.content.body ?? new Uint8Array());
    expect(cpim).toMatchObject({
      from: { displayName: "Alice", uri: "sip:alice@x" },
      to: { uri: "sip:bob@x" },
      messageId: sent[0]?.id,
      dateTime: "1970-01-01T00:00:01.000Z",
      contentType: "text/plain;charset=UTF-8",
    });
    expect(decodeUtf8(cpim.body)).toBe("Grüße 👋");
  });

  it("fails with a reason, goes again by the same id", () => {
    const { thread, sent } = started();
    thread.feed({ on: "opened", line: "a" });
    thread.write("One");
    const id = sent[0]?.id ?? "";
    thread.feed({ on: "refused", id, status: 413 });
    expect(messages(thread)[0]).toMatchObject({ is: "failed", reason: "Too long" });
    thread.retry(id);
    expect(sent.map((one) => one.id)).toEqual([id, id]);
    expect(messages(thread)[0]).toMatchObject({ is: "sending", reason: null });
    thread.feed({ on: "reported", id });
    thread.retry(id);
    expect(sent.length).toBe(2);
  });

  it("undelivered when the 1-1 is replaced, waiting again when it is not after all", () => {
    const { thread, sent } = started();
    thread.write("One");
    thread.feed({ on: "replaced" });
    expect(states(thread)).toEqual(["One: undelivered"]);
    thread.feed({ on: "resumed", line: "a" });
    expect(states(thread)).toEqual(["One: sending"]);
    expect(sent.length).toBe(1);
  });

  it("removed, it is neither seen nor sent", () => {
    const { thread, sent } = started();
    thread.write("One");
    const id = messages(thread)[0]?.id ?? "";
    expect([thread.has(id), thread.textOf(id)]).toEqual([true, "One"]);
    thread.remove(id);
    thread.feed({ on: "opened", line: "a" });
    expect([thread.has(id), thread.textOf(id), thread.items(), sent]).toEqual([false, null, [], []]);
  });

  it("to somebody who can't be written down: fails, and throws nothing", () => {
    const { thread, sent } = started("nobody\r\n");
    thread.feed({ on: "opened", line: "a" });
    thread.write("One");
    expect(states(thread)).toEqual(["One: failed"]);
    expect(sent).toEqual([]);
  });

  it("asks for a session again only when something waits", () => {
    const { thread, opens } = started();
    thread.wake();
    expect(opens()).toBe(0);
    thread.write("One");
    thread.wake();
    expect(opens()).toBe(2);
    thread.feed({ on: "opened", line: "a" });
    thread.wake();
    expect(opens()).toBe(2);
  });

  it("stands in its order, whatever the clock does", () => {
    const { thread, clock } = started();
    for (let n = 0; n < 5; n += 1) thread.write(String(n));
    clock.advance(10);
    thread.line("note");
    const ats = thread.items().map((item) => item.at);
    expect(new Set(ats).size).toBe(ats.length);
    expect(ats).toEqual(ats.toSorted((a, b) => a - b));
    expect(thread.lastAt()).toBe(ats.at(-1));
  });
});

describe("what comes in", () => {
  const receives = (thread: Thread, content: MsrpContent, messageId = "m"): number =>
    thread.receive(
      { ...content, messageId },
      () => bob,
      () => {},
    );

  it("is shown with its author's time, once", () => {
    const { thread } = started();
    const body = formatCpim({
      ...parseCpim(cpimOf("Hello", "sip:bob@x", "id").body),
      dateTime: "2024-02-29T12:00:00+01:00",
    });
    expect(receives(thread, { contentType: "Message/CPIM", body })).toBe(200);
    expect(receives(thread, { contentType: "message/cpim", body }, "another transmission")).toBe(200);
    expect(messages(thread)).toMatchObject([
      { text: "Hello", mine: false, from: bob, sentAt: Date.UTC(2024, 1, 29, 11), at: 1_000 },
    ]);
  });

  it("a time that is none is the time it came", () => {
    const { thread } = started();
    const body = formatCpim({ ...parseCpim(cpimOf("Hello", "sip:bob@x", "id").body), dateTime: "soon" });
    receives(thread, { contentType: "message/cpim", body });
    expect(messages(thread)[0]?.sentAt).toBe(1_000);
  });

  it("bare text/plain is taken", () => {
    const { thread } = started();
    expect(receives(thread, { contentType: "text/plain", body: encodeUtf8("Plain") })).toBe(200);
    expect(
      receives(thread, { contentType: 'text/plain; charset="UTF-8"', body: encodeUtf8("Too") }, "n"),
    ).toBe(200);
    expect(messages(thread).map((one) => one.text)).toEqual(["Plain", "Too"]);
  });

  it.each<[string, MsrpContent, number]>([
    ["not UTF-8", { contentType: "text/plain", body: new Uint8Array([0xff, 0xfe]) }, 400],
    ["another charset", { contentType: "text/plain;charset=iso-8859-1", body: encodeUtf8("x") }, 415],
    ["HTML", { contentType: "text/html", body: encodeUtf8("<b>x</b>") }, 415],
    ["no type", { contentType: "", body: encodeUtf8("x") }, 415],
    ["CPIM without end", { contentType: "message/cpim", body: encodeUtf8("From: <sip:a@b>") }, 400],
    ["CPIM of nothing", { contentType: "message/cpim", body: new Uint8Array() }, 400],
  ])("%s is refused", (_, content, status) => {
    const { thread } = started();
    expect(receives(thread, content)).toBe(status);
    expect(thread.items()).toEqual([]);
  });

  it("from somebody who may not speak here: 403", () => {
    const { thread } = started();
    const message = { ...cpimOf("Hello", "sip:eve@x", "id"), messageId: "m" };
    expect(
      thread.receive(
        message,
        () => null,
        () => {},
      ),
    ).toBe(403);
    expect(thread.items()).toEqual([]);
  });

  it("a notification is taken without a word", () => {
    const { thread } = started();
    const body = formatCpim({
      ...parseCpim(cpimOf("<imdn/>", "sip:bob@x", "id").body),
      contentType: "message/imdn+xml",
    });
    expect(receives(thread, { contentType: "message/cpim", body })).toBe(200);
    expect(thread.items()).toEqual([]);
  });

  it("without an id is known by that of its transmission", () => {
    const { thread } = started();
    const body = formatCpim({ ...parseCpim(cpimOf("Hello", "sip:bob@x", "id").body), messageId: null });
    receives(thread, { contentType: "message/cpim", body }, "one");
    receives(thread, { contentType: "message/cpim", body }, "one");
    receives(thread, { contentType: "message/cpim", body }, "two");
    expect(messages(thread).length).toBe(2);
  });
});

describe("what is taken over from another record", () => {
  it("keeps its order and ids; what was on its way there failed, and can go here", () => {
    const other = started().thread;
    other.feed({ on: "opened", line: "a" });
    other.write("Reported");
    other.feed({ on: "reported", id: messages(other)[0]?.id ?? "" });
    other.write("On its way");
    const { thread, sent, clock } = started();
    clock.advance(5_000);
    thread.line("note");
    thread.adopt(other.items());
    expect(states(thread)).toEqual(["Reported: delivered", "On its way: failed"]);
    const ats = thread.items().map((item) => item.at);
    expect(ats).toEqual(ats.toSorted((a, b) => a - b));
    const id = messages(other)[1]?.id ?? "";
    thread.feed({ on: "opened", line: "b" });
    thread.retry(id);
    expect(sent.map((one) => [one.line, one.id])).toEqual([["b", id]]);
    thread.feed({ on: "reported", id });
    expect(states(thread)).toEqual(["Reported: delivered", "On its way: delivered"]);
  });
});
