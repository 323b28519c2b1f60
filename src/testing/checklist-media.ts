/**
 * MSRP, SETUP, MWS, CHAT: what is said of media in SDP, and how texts travel that are long, cut, or of a kind that not
 * everybody takes (RFC 4975 §5.1, §7.1, §8; RFC 6135, 7977 §5; RFC 7701 §6).
 */
import { freshId } from "../server/system.ts";
import { headerOf, parseFrame, type MsrpRequest } from "../wire/msrp.ts";
import { formatMsrpUri, parseMsrpUri } from "../wire/msrp-uri.ts";
import { formatResourceLists } from "../wire/resource-lists.ts";
import type { Ground } from "./checklist-ground.ts";
import { intrude, plainSdp, replacesOf } from "./checklist-intruder.ts";
import { pair, statusOf } from "./checklist-msrp.ts";
import { entry, ownGroup, sharedGroup } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";
import { factory, type RawSession } from "./raw-member.ts";

const textOf = ({ body }: MsrpRequest): string => Buffer.from(body ?? []).toString("utf8");

const line = (sdp: string, start: string): string | undefined =>
  sdp
    .split(/\r?\n/)
    .find((one) => one.startsWith(start))
    ?.trimEnd();

/** The frame in two chunks, the second from that byte on. */
function inTwo(frame: MsrpRequest, cut: number): readonly [MsrpRequest, MsrpRequest] {
  const body = frame.body ?? new Uint8Array();
  const id = headerOf(frame, "Message-ID") ?? "";
  const chunk = (from: number, to: number): MsrpRequest => ({
    ...frame,
    tid: freshId(),
    headers: [
      ["Message-ID", id],
      ["Byte-Range", `${from + 1}-${to}/${body.length}`],
    ],
    body: body.subarray(from, to),
    continuation: to === body.length ? "$" : "+",
  });
  return [chunk(0, cut), chunk(cut, body.length)];
}

const isComposing = (session: RawSession): MsrpRequest =>
  session.cpim(
    '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></isComposing>',
    {
      contentType: "application/im-iscomposing+xml",
    },
  );

const contentTypeIn = (text: string): string | undefined => /^Content-Type: ([^\r]+)/m.exec(text)?.[1];

/** A rightful invitation with that SDP. */
const rightful = async (at: Ground, sdp: string): Promise<string> => {
  const talks = await at.talks();
  return intrude(talks, { replaces: [replacesOf(talks.withAlice)], sdp });
};

export const mediaRows: readonly Row[] = [
  {
    id: "SETUP-1",
    what: "who connects: the focus offers both, and waits for who says active; no connection attribute",
    expected: "actpass, passive, no connection",
    see: async (at) => {
      const [host, guest] = await Promise.all([at.member(), at.member()]);
      const session = await host.invite(factory, { list: formatResourceLists([entry(guest.address)]) });
      const invite = await guest.phone.takeRequest("INVITE");
      await guest.accept(invite);
      const ok = await session.confirm();
      const setup = [invite, ok].map(({ body }) => line(body, "a=setup:")?.slice("a=setup:".length));
      const isNamed = [invite, ok].some(({ body }) => line(body, "a=connection") !== undefined);
      return `${setup.join(", ")}, ${isNamed ? "a connection" : "no connection"}`;
    },
  },
  {
    id: "MSRP-9",
    what: "a host who waits: the focus, active, says something at once",
    expected: "SEND without a body",
    see: async (at) => {
      const [host, guest] = await Promise.all([at.member(), at.member()]);
      const list = formatResourceLists([entry(guest.address)]);
      const session = await host.invite(factory, { list, setup: "passive" });
      await guest.accept(await guest.phone.takeRequest("INVITE"));
      await session.confirm();
      const { method, body, toPath } = await host.relay.next();
      const what = body === null || body.length === 0 ? "without a body" : "with a body";
      return `${method} ${toPath.at(-1) === session.own ? what : "to somebody else"}`;
    },
  },
  {
    id: "MSRP-11",
    what: "rightful, at port 0, which is a refusal",
    expected: "488, no prompt, the 1-1 goes on",
    see: (at) => rightful(at, plainSdp.replace("message 2855", "message 0")),
  },
  {
    id: "MSRP-11",
    what: "rightful, without a path",
    expected: "488, no prompt, the 1-1 goes on",
    see: (at) => rightful(at, plainSdp.replace(/^a=path:.*\r\n/m, "")),
  },
  {
    id: "MWS-4",
    what: "what a client says of itself: the relay's path first, its own end last",
    expected: "m=message TCP/MSRP *, relay at that port, own end .invalid;ws",
    see: async (at) => {
      const [alice, bob] = await Promise.all([at.headless(), at.member()]);
      alice.say(alice.chatWith(bob), "Are you there?");
      const { body } = await bob.phone.takeRequest("INVITE");
      const [, port] = /^m=message ([0-9]+) TCP\/MSRP \*$/.exec(line(body, "m=") ?? "") ?? [];
      const [relay, own] = (line(body, "a=path:") ?? "").slice("a=path:".length).split(" ").map(parseMsrpUri);
      const isOwn = own?.host.endsWith(".invalid") === true && own.transport === "ws";
      return [
        port === undefined ? line(body, "m=") : "m=message TCP/MSRP *",
        relay !== undefined && String(relay.port) === port ? "relay at that port" : `relay ${relay?.port}`,
        isOwn ? "own end .invalid;ws" : line(body, "a=path:"),
      ].join(", ");
    },
  },
  {
    id: "MSRP-4",
    what: "a long text of a client: each chunk of more than 2048 bytes may be cut short",
    expected: "several, all with *",
    see: async (at) => {
      const { alice, bob } = await at.ownTalks();
      const from = at.box.trace.msrp.length;
      const text = "long ".repeat(8_000);
      alice.say(alice.chatWith(bob), text);
      await bob.read(text);
      const long = at.box.trace.msrp.slice(from).flatMap(({ from: who, bytes }) => {
        const frame = who === alice.user ? parseFrame(bytes) : null;
        return frame?.kind === "request" && (frame.body?.length ?? 0) > 2_048 ? [frame] : [];
      });
      const isOpen = long.every((frame) => /^[0-9]+-\*\//.test(headerOf(frame, "Byte-Range") ?? ""));
      return `${long.length > 1 ? "several" : long.length}, ${isOpen ? "all with *" : "some without"}`;
    },
  },
  {
    id: "MSRP-12",
    what: "the second chunk of a text before the first",
    expected: "200, the whole text",
    see: async (at) => {
      const { hostSession, host, guest } = await ownGroup(at);
      const whole = hostSession.cpim("in the wrong order");
      const [first, second] = inTwo(whole, 20);
      host.relay.send({ ...second, headers: [...second.headers, ["Success-Report", "yes"]] });
      const status = await hostSession.say(first);
      const isWhole = textOf(await guest.relay.next()) === textOf(whole);
      return `${status}, ${isWhole ? "the whole text" : "another text"}`;
    },
  },
  {
    id: "CHAT-9",
    what: "half of a text, then another one, then the rest: nothing goes out before it is whole",
    expected: "the other, the whole text",
    see: async (at) => {
      const { hostSession, host, guest } = await ownGroup(at);
      const whole = hostSession.cpim("cut in two");
      const [first, second] = inTwo(whole, 20);
      const other = hostSession.cpim("in between");
      for (const frame of [first, other, second]) host.relay.send(frame);
      const read = [textOf(await guest.relay.next()), textOf(await guest.relay.next())];
      const name = (text: string | undefined): string =>
        text === textOf(whole) ? "the whole text" : text === textOf(other) ? "the other" : "something else";
      return read.map(name).join(", ");
    },
  },
  {
    id: "MSRP-13",
    what: "a path with its hosts in capitals; with its session in capitals",
    expected: "200; 481",
    see: async (at) => {
      const { one, frame } = await pair(at);
      const changed = (how: (uri: string) => string): MsrpRequest => {
        const next = frame();
        const [own = "", ...others] = next.toPath;
        return { ...next, toPath: [own, ...others.map(how)] };
      };
      const hosts = changed((uri) => uri.replace(/(?<=\/\/)[^:/]+/, (host) => host.toUpperCase()));
      const sessions = changed((uri) => {
        const parsed = parseMsrpUri(uri);
        return formatMsrpUri({ ...parsed, sessionId: parsed.sessionId?.toUpperCase() ?? null });
      });
      return `${await statusOf(one, hosts)}; ${await statusOf(one, sessions)}`;
    },
  },
  {
    id: "CHAT-5",
    what: "somebody types: not told to a member who takes text alone",
    expected: "200, 200, text/plain",
    see: async (at) => {
      const { hostSession, guest } = await ownGroup(at, { acceptWrappedTypes: ["text/plain"] });
      const typed = await hostSession.say(isComposing(hostSession));
      const said = await hostSession.say(hostSession.cpim("words"));
      return `${typed}, ${said}, ${contentTypeIn(textOf(await guest.relay.next()))}`;
    },
  },
  {
    id: "COMP",
    what: "somebody types: told to a member who takes that, as it was said",
    expected: "200, the same bytes",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      const typed = isComposing(hostSession);
      const status = await hostSession.say(typed);
      const isSame = textOf(await guest.relay.next()) === textOf(typed);
      return `${status}, ${isSame ? "the same bytes" : "other bytes"}`;
    },
  },
  {
    id: "CHAT-7",
    what: "the room offers no tokens: neither nicknames nor private messages",
    expected: "a=chatroom",
    see: async (at) => {
      const { ok } = await sharedGroup(at);
      return line(ok.body, "a=chatroom") ?? "no room";
    },
  },
];
