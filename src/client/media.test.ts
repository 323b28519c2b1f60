/** One MSRP session per leg: offered, answered, waited for, closed. */
import { describe, expect, it } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { farSdp, scriptedRelay } from "../testing/scripted-relay.ts";
import { parseMsrpSdp } from "../wire/sdp.ts";
import { createMedia, mostTextBytes, type MediaUser, type NoMedia } from "./media.ts";
import type { MsrpLinkOptions } from "./msrp-link.ts";

function started() {
  const clock = manualClock();
  const relay = scriptedRelay();
  const link = relay.create({ onEvent: () => {} } as unknown as MsrpLinkOptions);
  const media = createMedia({ link, clock, pathMs: 5_000, turn: (run) => run() });
  const heard: string[] = [];
  const user: MediaUser = {
    onMessage: (message) => void heard.push(`message ${message.body.length}`),
    onReported: (id) => void heard.push(`reported ${id}`),
    onFailed: (id, status) => void heard.push(`failed ${id} ${status}`),
    onEnd: (why) => void heard.push(`end ${why}`),
  };
  const answers: (string | NoMedia)[] = [];
  return {
    clock,
    relay,
    media,
    heard,
    user,
    answers,
    ready: (sdp: string | NoMedia) => void answers.push(sdp),
  };
}

const read = (sdp: string | NoMedia | undefined) => parseMsrpSdp(String(sdp));
const text = { contentType: "text/plain", body: new Uint8Array(1) };

describe("an offer", () => {
  it("is made at once; the answer opens the session", () => {
    const { media, relay, answers, ready, user, heard } = started();
    media.offer("leg", "1-1", ready);
    expect(read(answers[0])).toMatchObject({ setup: "active", chatroom: null, tls: true });
    expect(media.answered("leg", farSdp("far"), user)).toBe(true);
    media.send("leg", "id", text);
    relay.session("far").reports();
    expect(heard).toEqual(["reported id"]);
  });

  it("to a group says that it is a chat room, and takes CPIM alone", () => {
    const { media, answers, ready } = started();
    media.offer("leg", "group", ready);
    expect(read(answers[0])).toMatchObject({ chatroom: [], acceptTypes: ["message/cpim"] });
  });

  it("answered with what can't be used, or for nobody's leg: false", () => {
    const { media, ready, user } = started();
    media.offer("leg", "1-1", ready);
    for (const theirs of [
      "",
      "garbage",
      "v=0\r\nm=audio 1 RTP/AVP 0\r\n",
      "v=0\r\nm=message 9 TCP/MSRP *\r\n",
    ])
      expect(media.answered("leg", theirs, user)).toBe(false);
    expect(media.answered("other", farSdp("far"), user)).toBe(false);
  });
});

describe("an answer", () => {
  it("opens the session before it is sent, on the other side of setup", () => {
    const { media, relay, answers, ready, user } = started();
    media.answer("leg", "1-1", farSdp("far").replace("setup:passive", "setup:active"), user, ready);
    expect(read(answers[0])?.setup).toBe("passive");
    expect(relay.session("far").isOpen()).toBe(true);
    media.answer("other", "1-1", farSdp("far-2").replace("setup:passive", "setup:actpass"), user, ready);
    expect(read(answers[1])?.setup).toBe("active");
  });

  it("to nothing that can be used: 488, and no path is spent", () => {
    const { media, relay, answers, ready, user } = started();
    relay.hasPaths(false);
    media.answer("leg", "1-1", null, user, ready);
    media.answer("leg", "1-1", "garbage", user, ready);
    expect(answers).toEqual([488, 488]);
  });
});

describe("without a path", () => {
  it("waits for one, first come first served", () => {
    const { media, relay, answers, ready, user, clock } = started();
    relay.hasPaths(false);
    media.offer("a", "1-1", ready);
    media.answer("b", "1-1", farSdp("b"), user, ready);
    media.pathsCame();
    expect(answers).toEqual([]);
    relay.hasPaths(true);
    media.pathsCame();
    expect(answers.map((one) => typeof one)).toEqual(["string", "string"]);
    clock.advance(60_000);
    expect(answers.length).toBe(2);
    expect(relay.session("b").isOpen()).toBe(true);
  });

  it("gives up after a while: 480, once", () => {
    const { media, relay, answers, ready, clock } = started();
    relay.hasPaths(false);
    media.offer("a", "1-1", ready);
    clock.advance(4_999);
    expect(answers).toEqual([]);
    clock.advance(1);
    relay.hasPaths(true);
    media.pathsCame();
    expect(answers).toEqual([480]);
  });

  it("closed or withdrawn meanwhile, nothing is said any more", () => {
    const { media, relay, answers, ready, clock } = started();
    relay.hasPaths(false);
    media.offer("a", "1-1", ready);
    media.offer("b", "1-1", ready);
    media.close("a");
    expect(media.withdraw("b")).toBe(true);
    relay.hasPaths(true);
    media.pathsCame();
    clock.advance(60_000);
    expect(answers).toEqual([]);
    expect(clock.waiting()).toBe(0);
    media.offer("c", "1-1", ready);
    expect(media.withdraw("c")).toBe(false);
  });
});

describe("a session", () => {
  const open = () => {
    const all = started();
    all.media.answer("leg", "1-1", farSdp("far"), all.user, all.ready);
    return all;
  };

  it("says once that it is over, and not when we closed it", () => {
    const lost = open();
    lost.relay.session("far").ends("lost");
    lost.relay.session("far").ends("lost");
    expect(lost.heard).toEqual(["end lost"]);
    const closed = open();
    closed.media.send("leg", "id", text);
    closed.media.close("leg");
    closed.media.close("leg");
    closed.relay.session("far").ends("lost");
    expect(closed.heard).toEqual(["failed id null"]);
    expect(closed.relay.session("far").isOpen()).toBe(false);
  });

  it("takes no text without measure", () => {
    const { relay, heard } = open();
    expect(
      relay.session("far").receives({ contentType: "text/plain", body: new Uint8Array(mostTextBytes + 1) }),
    ).toBe(413);
    expect(relay.session("far").receives(text)).toBe(200);
    expect(heard).toEqual(["message 1"]);
  });

  it("of nobody's leg is sent nothing", () => {
    const { media, relay } = open();
    media.send("other", "id", text);
    expect(relay.session("far").sent).toEqual([]);
  });
});

describe("a peer that moves", () => {
  it("is followed: another path of ours, and what was not reported goes out again, in order", () => {
    const { media, relay, answers, ready, user, heard } = started();
    media.answer("leg", "1-1", farSdp("far"), user, ready);
    const [before] = answers;
    for (const id of ["one", "two", "three"]) media.send("leg", id, text);
    relay.session("far").reports();
    media.moving("leg", farSdp("elsewhere"), ready);
    const after = answers[1];
    expect(read(after)?.path).not.toEqual(read(before)?.path);
    const origin = (sdp: unknown): readonly string[] => String(sdp).split("\r\n")[1]?.split(" ") ?? [];
    expect(origin(after)[1]).toBe(origin(before)[1]);
    expect([origin(before)[2], origin(after)[2]]).toEqual(["1", "2"]);
    expect(relay.session("far").isOpen()).toBe(false);
    expect(relay.session("elsewhere").sent.map(({ id }) => id)).toEqual(["two", "three"]);
    for (let n = 0; n < 2; n += 1) relay.session("elsewhere").reports();
    expect(heard).toEqual(["reported one", "reported two", "reported three"]);
    relay.session("elsewhere").says("Hello");
    relay.session("elsewhere").ends("lost");
    expect(heard.slice(3)).toEqual([expect.stringMatching(/^message/), "end lost"]);
  });

  it("to nowhere, or without a session of ours: all stays as it was", () => {
    const { media, relay, answers, ready, user, heard } = started();
    media.answer("leg", "1-1", farSdp("far"), user, ready);
    media.moving("leg", "garbage", ready);
    media.moving("other", farSdp("elsewhere"), ready);
    expect(answers.slice(1)).toEqual([488, 488]);
    expect([relay.session("far").isOpen(), heard]).toEqual([true, []]);
  });

  it("waits for a path of ours, and goes on as before when none comes", () => {
    const { media, relay, clock, answers, ready, user } = started();
    media.answer("leg", "1-1", farSdp("far"), user, ready);
    relay.hasPaths(false);
    media.moving("leg", farSdp("elsewhere"), ready);
    expect([answers.length, relay.session("far").isOpen()]).toEqual([1, true]);
    clock.advance(5_000);
    expect([answers[1], relay.session("far").isOpen()]).toEqual([480, true]);
  });
});
