/**
 * Where the checklist is gone through: one network in a box with plenty of people, raw ones and headless ones, and
 * what its rows need to have seen of them. Whoever opens it closes it.
 */
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { openPhone, type Phone, type PhoneOptions } from "./raw-phone.ts";
import { openRawMember, type RawMember } from "./raw-member.ts";
import { openRawRelayClient, type RawRelayClient } from "./raw-relay-client.ts";
import { defaultLimitMs, startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { createBell, until } from "./headless-until.ts";
import { withTimers } from "../server/timers.ts";
import { header, parseSip, type SipMessage, type SipResponse } from "../wire/sip.ts";
import { parseNameAddr } from "../wire/sip-uri.ts";

export interface Ground {
  readonly box: Box;
  /** What the box has logged. */
  readonly log: readonly string[];
  /** Registered, under a name nobody has had yet. */
  phone(options?: PhoneOptions): Promise<Phone>;
  /** Connected, and not yet registered. */
  strangePhone(options?: PhoneOptions): Promise<Phone>;
  member(): Promise<RawMember>;
  /** A connection to the relay that has not authenticated yet. */
  relay(): Promise<RawRelayClient>;
  headless(): Promise<Watched>;
  /** Bob, in one private chat with Alice and in another with Carol; shared by rows that leave both as they are. */
  talks(): Promise<Talks>;
  /** Such people for one row alone. */
  ownTalks(): Promise<Talks>;
  close(): Promise<void>;
}

/** A headless person and all SIP it has sent and received. */
export type Watched = HeadlessPerson & {
  readonly seen: readonly { readonly way: "in" | "out"; readonly text: string }[];
  /** What `find` finds in that, as soon as it does. */
  sees<T>(what: string, find: () => T | undefined): Promise<T>;
};

export type Talks = {
  readonly alice: Watched;
  readonly bob: Watched;
  readonly carol: Watched;
  readonly withAlice: Dialog;
  readonly withCarol: Dialog;
};

/** A dialog as the one sees it who was called. */
export type Dialog = {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly conversationId: string;
  readonly contributionId: string;
};

/** People for the rows: `m1` and so on come, `p0` to `p199` are known and never there. */
const roomFor = 300;
const absent = 200;

const named = (letter: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    user: `${letter}${n}`,
    name: `Person ${n}`,
    password: `${letter}${n}`,
  }));

export async function openGround(): Promise<Ground> {
  const log: string[] = [];
  const box = await startBox({
    trace: true,
    // Raw members answer when a row looks at them, so nobody asks meanwhile whether they are there.
    timers: withTimers({ focus: { probeMs: 3_600_000 } }),
    log: (line) => void log.push(line),
    users: [...named("m", roomFor), ...named("p", absent)],
  });
  const ends: (() => Promise<void>)[] = [];
  let used = 0;
  const fresh = (): string => `m${(used += 1)}`;
  let shared: Promise<Talks> | null = null;

  const strangePhone = async (options?: PhoneOptions): Promise<Phone> => {
    const phone = await openPhone(box.port, fresh(), options);
    ends.push(async () => (phone.closeCode() === null ? phone.close() : undefined));
    return phone;
  };

  async function headless(): Promise<Watched> {
    const seen: { way: "in" | "out"; text: string }[] = [];
    const bell = createBell();
    const [person] = await startPeople(box, [fresh()], {
      onSip: (_user, way, text) => {
        seen.push({ way, text });
        bell.ring();
      },
    });
    ends.push(() => stopPeople([person]));
    return {
      ...person,
      seen,
      sees: (what, find) =>
        until(bell, {
          find,
          limitMs: defaultLimitMs,
          what: `${what} at ${person.user}`,
          instead: () => `${seen.length} messages without it`,
        }),
    };
  }

  async function ownTalks(): Promise<Talks> {
    const [alice, bob, carol] = await Promise.all([headless(), headless(), headless()]);
    for (const caller of [alice, carol]) {
      const text = `Hello from ${caller.user}`;
      caller.say(caller.chatWith(bob), text);
      await Promise.all([bob.read(text), caller.sent(text)]);
    }
    return { alice, bob, carol, withAlice: dialogAt(bob, alice), withCarol: dialogAt(bob, carol) };
  }

  return {
    box,
    log,
    strangePhone,
    phone: async (options) => {
      const phone = await strangePhone(options);
      await phone.register();
      return phone;
    },
    member: async () => {
      const member = await openRawMember(box.port, fresh());
      ends.push(async () => member.close());
      return member;
    },
    relay: async () => {
      const client = await openRawRelayClient(`ws://127.0.0.1:${box.port}/msrp`, fresh());
      ends.push(async () => client.close());
      return client;
    },
    headless,
    ownTalks,
    talks: () => (shared ??= ownTalks()),
    close: async () => {
      await Promise.all(ends.map((end) => end()));
      await box.stop();
    },
  };
}

export const messagesOf = (person: Watched, way: "in" | "out"): readonly SipMessage[] =>
  person.seen.flatMap((one) => (one.way === way && one.text.trim() !== "" ? [parseSip(one.text)] : []));

export const answersOf = (person: Watched, way: "in" | "out", method: string): readonly SipResponse[] =>
  messagesOf(person, way).filter(
    (one): one is SipResponse =>
      one.kind === "response" && one.status === 200 && (header(one, "CSeq") ?? "").endsWith(` ${method}`),
  );

/** Of the call that has come to `person` from that address. */
export function dialogAt(person: Watched, from: { readonly address: string }): Dialog {
  const invite = messagesOf(person, "in").findLast(
    (one) =>
      one.kind === "request" &&
      one.method === "INVITE" &&
      (header(one, "From") ?? "").includes(`<${from.address}>`),
  );
  const callId = invite === undefined ? "" : (header(invite, "Call-ID") ?? "");
  const ok = messagesOf(person, "out").find(
    (one) => one.kind === "response" && one.status === 200 && header(one, "Call-ID") === callId,
  );
  if (invite === undefined || ok === undefined)
    throw new Error(`${person.user} has no call of ${from.address}`);
  return {
    callId,
    localTag: parseNameAddr(header(ok, "To") ?? "").params.get("tag") ?? "",
    remoteTag: parseNameAddr(header(invite, "From") ?? "").params.get("tag") ?? "",
    conversationId: header(invite, "Conversation-ID") ?? "",
    contributionId: header(invite, "Contribution-ID") ?? "",
  };
}
