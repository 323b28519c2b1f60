/**
 * The doors of the real client: what comes in from the network over SIP and over MSRP, while it is in a private chat and
 * in a group. Somebody stands in the network's place and says what no network should. It answers a question after
 * each input, its chats go on, and what it had to say to the intruder is counted.
 */
import { freshId } from "../server/system.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import type { Assault, Door } from "./fuzz-door.ts";
import { mutatedFrame, mutatedMessage, noise, type Chance } from "./fuzz-mutants.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { groupIn } from "./headless-state.ts";
import { joinsAt } from "./headless-stage.ts";
import type { Impostor } from "./headless-tap.ts";
import { domain } from "./raw-member.ts";

const roundOf = 100;
let cseq = 1_000;

type Way = {
  readonly protocol: "sip" | "msrp";
  readonly mutated: (text: string, chance: Chance) => string;
  readonly isRequest: (text: string) => boolean;
  /** Requests that did not come by themselves, in the dialogs of those that did. */
  readonly more: (seen: readonly string[]) => readonly string[];
  /** The same message once more, as a new one. */
  readonly anew: (text: string) => string;
  /** A question to the client, and what its answer contains. */
  readonly question: (victim: HeadlessPerson, seen: readonly string[]) => readonly [text: string, id: string];
  readonly status: RegExp;
};

const sip: Way = {
  protocol: "sip",
  mutated: mutatedMessage,
  isRequest: (text) => /^(?!ACK )[A-Z]+ sip:/.test(text),
  more: (seen) =>
    seen
      .filter((text) => /^(?:ACK|NOTIFY) /.test(text))
      .flatMap((text) => inDialog.map(([method, ...lines]) => requestLike(text, method, lines))),
  // Later in its dialog than what has been, or it would be told so and nothing else.
  anew: (text) =>
    text
      .replace(/branch=z9hG4bK[^\r\n;]*/, () => `branch=z9hG4bKfuzz${freshId()}`)
      .replace(/^CSeq: [0-9]+ (?!ACK)/m, () => `CSeq: ${(cseq += 1)} `),
  question: ({ address }) => {
    const id = freshId();
    const lines = [
      `OPTIONS ${address} SIP/2.0`,
      `Via: SIP/2.0/WS x.${domain};branch=z9hG4bKfuzz${id}`,
      "Max-Forwards: 70",
      `From: <sip:x@${domain}>;tag=x`,
      `To: <${address}>`,
      `Call-ID: fuzz-${id}`,
      "CSeq: 1 OPTIONS",
      "Content-Length: 0",
      "",
      "",
    ];
    return [lines.join("\r\n"), `Call-ID: fuzz-${id}\r\n`];
  },
  status: /^SIP\/2\.0 ([0-9]{3})/,
};

const msrp: Way = {
  protocol: "msrp",
  mutated: mutatedFrame,
  isRequest: (text) => /^MSRP [^ ]+ [A-Z]/.test(text),
  more: () => [],
  anew: (text) => {
    const [, tid] = /^MSRP ([^ ]+) /.exec(text) ?? [];
    return tid === undefined ? text : text.replaceAll(tid, `fuzz${freshId().slice(0, 20)}`);
  },
  question: (_victim, seen) => {
    const tid = `fuzz${freshId().slice(0, 20)}`;
    const [, to = "msrp://x.invalid:2855/x;ws"] = /^To-Path: (.*)$/m.exec(seen.at(-1) ?? "") ?? [];
    const [, from = "msrp://y.invalid:2855/y;ws"] = /^From-Path: (.*)$/m.exec(seen.at(-1) ?? "") ?? [];
    const head = [
      `MSRP ${tid} SEND`,
      `To-Path: ${to.trim()}`,
      `From-Path: ${from.trim()}`,
      "Message-ID: fuzz",
    ];
    return [[...head, `-------${tid}$`, ""].join("\r\n"), `MSRP ${tid} `];
  },
  status: /^MSRP [^ ]+ ([0-9]{3})/,
};

/** A method, then headers, then a body. BYE ends a dialog, so that it comes as a mutant of others alone. */
const inDialog: readonly (readonly [method: string, headers: string, body: string])[] = [
  ["INVITE", "Contact: <sip:x@x.invalid;transport=ws>\r\nContent-Type: application/sdp\r\n", sdpOf("x")],
  ["INVITE", "Contact: <sip:x@x.invalid;transport=ws>;isfocus\r\n", ""],
  ["UPDATE", "Contact: <sip:x@x.invalid;transport=ws>\r\nContent-Type: application/sdp\r\n", sdpOf("y")],
  ["INFO", "Info-Package: x\r\nContent-Type: text/plain\r\n", "hello"],
  ["MESSAGE", "Content-Type: text/plain\r\n", "hello"],
  ["OPTIONS", "", ""],
  ["REFER", `Contact: <sip:x@x.invalid>\r\nRefer-To: <sip:nobody@${domain}>\r\n`, ""],
  ["SUBSCRIBE", "Contact: <sip:x@x.invalid>\r\nEvent: conference\r\nExpires: 60\r\n", ""],
  [
    "NOTIFY",
    "Event: conference\r\nSubscription-State: active\r\nContent-Type: application/conference-info+xml\r\n",
    `<?xml version="1.0"?><conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sip:x@${domain}" state="full" version="9"><users><user entity="sip:x@${domain}"/></users></conference-info>`,
  ],
];

function sdpOf(session: string): string {
  const path = `a=path:msrp://relay.${domain}:2855/${session};tcp msrp://x.invalid:2855/${session};ws`;
  const head = ["v=0", "o=- 1 2 IN IP4 x.invalid", "s=-", "c=IN IP4 x.invalid", "t=0 0"];
  const media = ["m=message 2855 TCP/MSRP *", "a=accept-types:message/cpim", "a=setup:active", path];
  return [...head, ...media, ""].join("\r\n");
}

/** Another request in the same dialog. */
function requestLike(text: string, method: string, [headers = "", body = ""]: readonly string[]): string {
  const dialog = text
    .slice(0, text.indexOf("\r\n\r\n"))
    .split("\r\n")
    .filter((line) => /^(?:Via|Max-Forwards|From|To|Call-ID|CSeq|Route):/i.test(line))
    .map((line) =>
      line.replace(/^(CSeq: *[0-9]+) .*$/i, (_line, cseqOfIt: string) => `${cseqOfIt} ${method}`),
    );
  const [, uri = `sip:x@${domain}`] = /^[A-Z]+ ([^ ]+)/.exec(text) ?? [];
  const head = [`${method} ${uri} SIP/2.0`, ...dialog].join("\r\n");
  return `${head}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const doorOf = (name: string, way: Way): Door => ({
  name,
  assault: async (at, checked) => {
    const people = await startPeople(at.box, at.victims, {
      timers: { rejoinMinMs: 1, retryMinMs: 1, againMs: 1 },
    });
    const [victim, peer, third] = people;
    const templates: string[] = [];
    const watch = (text: string): boolean => {
      if (templates.length < 200 && !text.includes("fuzz") && text.trim() !== "") templates.push(text);
      return false;
    };
    victim.tap.drop(way.protocol, "in", watch);
    const intruder = victim.tap.pretend(way.protocol, (text) => text.slice(0, 2_000).includes("fuzz"));
    try {
      await talk(victim, peer);
      await talk(victim, third);
      third.actions.addPeople(third.chatWith(victim).id, [peer.address], null);
      await third.group();
      await joinsAt(peer);
      await victim.until("the group", (state) => groupIn(state, "open"));
      const requests = [...templates.filter((text) => way.isRequest(text)), ...way.more(templates)];
      const rest = templates.filter((text) => !way.isRequest(text));
      // Requests far more often than what nobody answers.
      const valid = (): string => at.chance.pick(at.chance.one(5) ? rest : requests);
      while (at.left() > 0) {
        await round(at, { way, victim, intruder, valid, seen: templates });
        await talk(victim, peer);
        await checked();
      }
    } finally {
      await stopPeople(people);
    }
  },
});

export const clientSip: Door = doorOf("client SIP", sip);
export const clientMsrp: Door = doorOf("client MSRP", msrp);

async function round(
  at: Assault,
  all: {
    way: Way;
    victim: HeadlessPerson;
    intruder: Impostor;
    valid: () => string;
    seen: readonly string[];
  },
): Promise<void> {
  const { way, victim, intruder, valid, seen } = all;
  let counted = intruder.heard.length;
  for (let n = 0; n < roundOf && at.left() > 0; n += 1) {
    const kind = at.next();
    const text = way.anew(valid());
    const input =
      kind === "noise" ? noise(at.chance) : kind === "valid" ? text : way.mutated(text, at.chance);
    intruder.say(way.protocol === "sip" ? input : encodeUtf8(input));
    const [question, id] = way.question(victim, seen);
    intruder.say(way.protocol === "sip" ? question : encodeUtf8(question));
    await intruder.answer((heard) => heard.includes(id));
    // An answer that came late counts for the input after.
    const statuses = intruder.heard
      .slice(counted)
      .flatMap((heard) => (heard.includes(id) ? [] : (way.status.exec(heard)?.[1] ?? [])));
    counted = intruder.heard.length;
    at.tally.answer(statuses.at(-1) ?? "nothing");
  }
}

async function talk(one: HeadlessPerson, other: HeadlessPerson): Promise<void> {
  const text = `All well here? ${freshId()}`;
  one.say(one.chatWith(other), text);
  await other.read(text);
  other.say(other.chatWith(one), `All well: ${text}`);
  await Promise.all([one.read(`All well: ${text}`), one.sent(text)]);
}
