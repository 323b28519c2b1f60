/** A relay that has to ask elsewhere who somebody is, and waits for the answer. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readChallenge, sign, type Challenge } from "../../flow/relay-credentials.ts";
import { manualClock } from "../../testing/manual-clock.ts";
import { ha1 } from "../../wire/digest.ts";
import { formatFrame, parseFrame, type MsrpRequest, type MsrpResponse } from "../../wire/msrp.ts";
import { freshId } from "../system.ts";
import { memoryFrames, type FrameSocket } from "./frame-socket.ts";
import { networkLimits } from "./limits.ts";
import { createLoginGuard } from "./login-guard.ts";
import { createRelay, type Relay } from "./relay.ts";

const realm = "segue.example";

type Question = {
  readonly user: string;
  readonly address: string;
  readonly say: (secret: string | null) => void;
  readonly fail: () => void;
};

let relay: Relay;
/** What the relay has asked and nobody has answered yet. */
let questions: Question[];

beforeEach(() => {
  const clock = manualClock();
  questions = [];
  relay = createRelay({
    host: "localhost",
    port: 1,
    tls: false,
    realm,
    ha1: (user, address) =>
      new Promise((resolve, reject) =>
        questions.push({ user, address, say: resolve, fail: () => reject(new Error("no answer")) }),
      ),
    clock,
    freshId,
    guard: createLoginGuard({ ...networkLimits.login, freePerUser: 2 }, () => clock.now()),
  });
});
afterEach(() => relay.close());

const settle = async (): Promise<void> => {
  for (let n = 0; n < 6; n += 1) await new Promise((resolve) => setImmediate(resolve));
};
const right = (user: string): string => ha1(user, realm, user);

class Client {
  readonly socket: FrameSocket;
  readonly answers: MsrpResponse[] = [];
  closed = false;
  readonly #account: { url: string; user: string; password: string };
  #challenge: Challenge | null = null;
  constructor(user: string, { password = user, address = "192.0.2.1" } = {}) {
    this.#account = { url: "ws://localhost:1/msrp", user, password };
    const [theirs, ours] = memoryFrames();
    relay.accept(theirs, { address, proven: () => {} });
    this.socket = ours;
    ours.onFrame = (bytes) => {
      const frame = parseFrame(bytes);
      if (frame.kind === "response") this.answers.push(frame);
    };
    ours.onClose = () => (this.closed = true);
  }
  statuses(): readonly number[] {
    return this.answers.map(({ status }) => status);
  }
  /** Sent, and not waited for. */
  auth(): MsrpRequest {
    const signed = this.#challenge === null ? null : sign(this.#account, this.#challenge, freshId());
    if (this.#challenge !== null) this.#challenge = { ...this.#challenge, count: this.#challenge.count + 1 };
    const frame: MsrpRequest = {
      kind: "request",
      tid: freshId(),
      method: "AUTH",
      toPath: [`msrp://${this.#account.user}@localhost:1;ws`],
      fromPath: [`msrp://x.invalid:2855/${freshId()};ws`],
      headers: signed === null ? [] : [["Authorization", signed.header]],
      contentType: null,
      body: null,
      continuation: "$",
    };
    this.socket.send(formatFrame(frame));
    return frame;
  }
  /** With a nonce, so that the next AUTH is one that wants a secret. */
  async challenged(): Promise<this> {
    this.auth();
    await settle();
    const [answer] = this.answers.splice(0);
    const challenge = answer === undefined ? null : readChallenge(answer);
    if (challenge === null) throw new Error("not challenged");
    this.#challenge = { ...challenge, count: 0 };
    return this;
  }
}

it("asks for whom, and from where, and for nobody without credentials", async () => {
  const alice = await new Client("alice").challenged();
  expect(questions).toEqual([]);
  alice.auth();
  await settle();
  expect(questions).toMatchObject([{ user: "alice", address: "192.0.2.1" }]);
  expect(alice.answers).toEqual([]);
  questions[0]?.say(right("alice"));
  await settle();
  expect(alice.statuses()).toEqual([200]);
});

it("answers AUTHs in their order, each by an answer of its own", async () => {
  const alice = await new Client("alice").challenged();
  const frames = [alice.auth(), alice.auth(), alice.auth()];
  await settle();
  for (const _each of frames) {
    expect(questions).toHaveLength(1);
    questions.pop()?.say(right("alice"));
    await settle();
  }
  expect(alice.answers.map(({ tid, status }) => [tid, status])).toEqual(frames.map(({ tid }) => [tid, 200]));
});

it("nobody of that name, and a wrong password, are 401 as ever", async () => {
  const mallory = await new Client("mallory").challenged();
  mallory.auth();
  const alice = await new Client("alice", { password: "guess" }).challenged();
  alice.auth();
  await settle();
  for (const question of questions) question.say(question.user === "alice" ? right("alice") : null);
  await settle();
  expect([mallory.statuses(), alice.statuses()]).toEqual([[401], [401]]);
});

describe("while nobody can say", () => {
  it("a newcomer is answered 408, which counts for no wrong password, and may ask again", async () => {
    const alice = await new Client("alice").challenged();
    for (let times = 0; times < 5; times += 1) {
      alice.auth();
      await settle();
      questions.pop()?.fail();
      await settle();
    }
    expect(alice.statuses()).toEqual([408, 408, 408, 408, 408]);
    expect(relay.refused.get("AUTH 408")).toBe(5);
    alice.auth();
    await settle();
    questions.pop()?.say(right("alice"));
    await settle();
    expect(alice.statuses().at(-1)).toBe(200);
  });

  it("a connection that has shown whose it is gets paths as before", async () => {
    const alice = await new Client("alice").challenged();
    alice.auth();
    await settle();
    questions.pop()?.say(right("alice"));
    await settle();
    alice.auth();
    await settle();
    questions.pop()?.fail();
    await settle();
    expect(alice.statuses()).toEqual([200, 200]);
  });

  it("who is known no more gets no path more", async () => {
    const alice = await new Client("alice").challenged();
    for (const secret of [right("alice"), null]) {
      alice.auth();
      await settle();
      questions.pop()?.say(secret);
      await settle();
    }
    expect(alice.statuses()).toEqual([200, 401]);
  });
});

describe("those who don't wait for answers", () => {
  it("nothing is let in before the answer is there", async () => {
    const alice = await new Client("alice").challenged();
    const { toPath, fromPath } = alice.auth();
    alice.socket.send(
      formatFrame({
        kind: "request",
        tid: freshId(),
        method: "SEND",
        toPath,
        fromPath,
        headers: [["Message-ID", "m"]],
        contentType: null,
        body: null,
        continuation: "$",
      }),
    );
    await settle();
    expect(alice.statuses()).toEqual([403]);
    expect(alice.closed).toBe(true);
    questions.pop()?.say(right("alice"));
    await settle();
    expect(alice.statuses()).toEqual([403]);
  });

  it("so many AUTHs and no more may wait", async () => {
    const alice = await new Client("alice").challenged();
    for (let times = 0; times < 400; times += 1) alice.auth();
    await settle();
    expect(alice.closed).toBe(true);
    expect(relay.refused.has("too many AUTHs at once")).toBe(true);
    expect(questions).toHaveLength(1);
  });

  it("guesses on many connections at once are judged one after the other", async () => {
    const guessers = await Promise.all(
      ["a", "b", "c", "d", "e"].map((password, n) =>
        new Client("alice", { password, address: `192.0.2.${n}` }).challenged(),
      ),
    );
    for (const one of guessers) one.auth();
    await settle();
    for (const question of questions) question.say(right("alice"));
    await settle();
    expect(guessers.map((one) => one.statuses())).toEqual([[401], [401], [], [], []]);
    expect(guessers.map(({ closed }) => closed)).toEqual([false, false, true, true, true]);
  });
});
