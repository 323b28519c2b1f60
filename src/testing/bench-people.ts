/** People for benchmarks over sockets: on any network, by their number, and whole groups of them. */
import type { MsrpLink, MsrpSessionHandle } from "../flow/msrp-link.ts";
import { relayLinkOverWebSocket, relayLinkTimers } from "../server/network/relay-link.ts";
import { freshId, systemClock } from "../server/system.ts";
import { responseTo, type SipRequest } from "../wire/sip.ts";
import type { Way } from "./bench-network.ts";
import { benchUsers } from "./bench-users.ts";
import { createPerson, invitee, type GroupPerson, type InGroup } from "./group-person.ts";
import { answerTo, openPhone, type Phone } from "./raw-phone.ts";

export const userOf = (n: number): string => {
  const user = benchUsers[n]?.user;
  if (user === undefined) throw new Error(`there is no person ${n}`);
  return user;
};

/** Signed in. */
export async function phoneOf(way: Way, n: number): Promise<Phone> {
  const instance = `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const phone = await openPhone(way.port, userOf(n), { path: way.sipPath, instance });
  const { status } = await phone.register();
  if (status !== 200) throw new Error(`${userOf(n)}: REGISTER ${status}`);
  return phone;
}

/** Answers each request of that method with 200, as long as the phone is open. */
export function answers(phone: Phone, method: string): void {
  const answer = async (): Promise<never> => {
    for (;;) phone.send(responseTo(await phone.takeRequest(method), 200));
  };
  answer().catch(() => {});
}

/** Let in, with paths in store. */
export function linkOf(way: Way, n: number, paths = 1): Promise<MsrpLink> {
  const user = userOf(n);
  return new Promise((resolve, reject) => {
    let ready = 0;
    const link = relayLinkOverWebSocket({
      url: `ws://127.0.0.1:${way.port}${way.msrpPath}`,
      user,
      password: user,
      clock: systemClock,
      freshId,
      settings: { ...relayLinkTimers, sparePaths: paths },
      onEvent: (event) => {
        if (event.on === "denied") reject(new Error(`${user}: the relay says ${event.status}`));
        if (event.on === "ready" && (ready += 1) === paths) resolve(link);
      },
    });
    link.start();
  });
}

export type Talk = {
  /** Resolves when the far end has reported it. */
  say(bytes: Uint8Array): Promise<void>;
  close(): void;
};

/** Two at the relay, one of them listening. */
export async function talkOn(way: Way): Promise<Talk> {
  const [one, other] = await Promise.all([linkOf(way, 0), linkOf(way, 1)]);
  const [mine, theirs] = [one.takePath(), other.takePath()];
  if (mine === null || theirs === null) throw new Error("no path");
  const waiting = new Map<string, { done: () => void; failed: (why: Error) => void }>();
  const types = { acceptTypes: ["*"], remoteAcceptTypes: ["*"] };
  other.open({ ...types, local: theirs, remotePath: mine.path, active: false, onMessage: () => 200 });
  const handle: MsrpSessionHandle = one.open({
    ...types,
    local: mine,
    remotePath: theirs.path,
    active: true,
    onMessage: () => 200,
    onReported: (id) => waiting.get(id)?.done(),
    onFailed: (id, status) => waiting.get(id)?.failed(new Error(`not delivered: ${status}`)),
  });
  return {
    say: (body) =>
      new Promise<void>((done, failed) => {
        const id = freshId();
        waiting.set(id, { done, failed });
        handle.send(id, { contentType: "text/plain", body });
      }),
    close: () => {
      one.stop();
      other.stop();
    },
  };
}

/** One who was asked into a group and joins late, when so much has been said there. */
export interface Latecomer {
  /** A group of three is made, and that many texts are said in it. */
  readonly prepare: (texts: number) => Promise<void>;
  /** The third joins; resolves when all of it is read. */
  readonly join: () => Promise<void>;
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function latecomerOn(way: Way): Promise<Latecomer> {
  let waiting = { left: 0, done: (): void => {} };
  const [host, listener, late] = await threePeople(way, () => {
    waiting.left -= 1;
    if (waiting.left === 0) waiting.done();
  });
  const reads = (texts: number): Promise<void> => new Promise((done) => (waiting = { left: texts, done }));
  let [places, said, invite]: [readonly InGroup[], number, SipRequest | null] = [[], 0, null];
  return {
    prepare: async (texts) => {
      const ordered = host.order([listener, late].map(({ user }) => invitee(user)));
      const asked = await listener.phone.takeRequest("INVITE");
      invite = await late.phone.takeRequest("INVITE");
      late.phone.send(answerTo(late.phone, invite, 180));
      places = await Promise.all([host.confirm(ordered), listener.join(asked)]);
      said = texts;
      const all = reads(texts);
      for (let n = 0; n < texts; n += 1) places[0]?.say(`text ${n}`);
      await all;
    },
    join: async () => {
      if (invite === null) throw new Error("nobody is asked");
      const all = reads(said);
      places = [...places, await late.join(invite)];
      await all;
    },
    leave: async () => {
      await Promise.all(places.slice(1).map((place) => place.leave(200)));
    },
    close: () => leaveAll([host, listener, late]),
  };
}

export interface Crowd {
  /** The first of them orders the group, everybody else joins, all watch its roster. */
  readonly stand: () => Promise<InGroup>;
  /** The first says something; resolves when the last has read it. */
  readonly say: (text: string) => Promise<void>;
  /** All leave for good. */
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `size` people, counted from `from`, signed in and idle. */
export async function crowdOn(way: Way, size: number, from = 0): Promise<Crowd> {
  const numbers = Array.from({ length: size }, (_none, n) => from + n);
  let waitFor = { text: "", left: 0, done: (): void => {} };
  const heard = (text: string): void => {
    if (text !== waitFor.text) return;
    waitFor.left -= 1;
    if (waitFor.left === 0) waitFor.done();
  };
  const people = await inTens(numbers, (n) => personOf(way, n, heard));
  const [host, ...others] = people;
  if (host === undefined) throw new Error("a crowd of nobody");
  let places: readonly InGroup[] = [];

  return {
    stand: async () => {
      const ordered = host.order(others.map(({ user }) => invitee(user)));
      const joined = others.map(async (one) => one.join(await one.phone.takeRequest("INVITE")));
      const [mine, ...theirs] = await Promise.all([host.confirm(ordered), ...joined]);
      for (const one of people) one.subscribe(mine.conference);
      await Promise.all(people.map(({ phone }) => phone.takeResponse("SUBSCRIBE", 200)));
      places = [mine, ...theirs];
      return mine;
    },
    say: (text) =>
      new Promise((done) => {
        waitFor = { text, left: others.length, done };
        places[0]?.say(text);
      }),
    leave: async () => {
      // Whoever ends it last is told so by the focus itself, which ends a group of one.
      await Promise.all(places.slice(1).map((place) => place.leave(200)));
      places = [];
    },
    close: () => leaveAll(people),
  };
}

async function personOf(way: Way, n: number, heard: (text: string) => void): Promise<GroupPerson> {
  const [phone, link] = await Promise.all([phoneOf(way, n), linkOf(way, n)]);
  answers(phone, "NOTIFY");
  answers(phone, "BYE");
  return createPerson(userOf(n), phone, link, async () => {}, heard);
}

const threePeople = (
  way: Way,
  heard: (text: string) => void,
): Promise<readonly [GroupPerson, GroupPerson, GroupPerson]> =>
  Promise.all([personOf(way, 210, heard), personOf(way, 211, heard), personOf(way, 212, heard)]);

async function leaveAll(people: readonly GroupPerson[]): Promise<void> {
  for (const { link } of people) link.stop();
  await Promise.all(people.map(({ phone }) => phone.close()));
}

async function inTens<From, To>(
  all: readonly From[],
  make: (one: From) => Promise<To>,
): Promise<readonly To[]> {
  const made: To[] = [];
  for (let at = 0; at < all.length; at += 10)
    made.push(...(await Promise.all(all.slice(at, at + 10).map(make))));
  return made;
}
