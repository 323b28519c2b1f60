/**
 * The client's SIP against telephones of others, through Kamailio: what each can read, what it answers where it can't,
 * and what it sends of itself. Everything the client decides by (`flow/pager.ts`) is seen here on the wire.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { demoPeople } from "../server/network/accounts.ts";
import { freshId, systemClock } from "../server/system.ts";
import type { Agent, AgentEvent, Became, OutgoingMessage } from "../sip/agent.ts";
import { createAgent } from "../sip/create-agent.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";
import { startOtherPhone, whyNo, type OtherPhone, type OtherPhoneName } from "./other-phones.ts";

const [alice, bob] = ["sip:alice@segue.example", "sip:bob@segue.example"];
const passwordOf = (user: string): string => demoPeople.find((one) => one.user === user)?.password ?? "";
const cpim = (id: string, from: string, text: string): string =>
  [
    `From: ${from}`,
    `To: <${bob}>`,
    "DateTime: 2026-11-26T01:00:00.000Z",
    "NS: imdn <urn:ietf:params:imdn>",
    `imdn.Message-ID: ${id}`,
    "imdn.Disposition-Notification: positive-delivery",
    "",
    "Content-Type: text/plain;charset=UTF-8",
    "",
    text,
  ].join("\r\n");
const offer =
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 2855 TCP/MSRP *\r\na=accept-types:message/cpim\r\na=path:msrp://127.0.0.1:2855/x;tcp\r\n";

const why = (name: OtherPhoneName): string | null => whyNoKamailio ?? whyNo(name);
const reason = (name: OtherPhoneName): string => (why(name) === null ? "" : `: ${why(name)}`);

interface World {
  readonly agent: () => Agent;
  readonly phone: () => OtherPhone;
  readonly heard: <On extends AgentEvent["on"]>(
    on: On,
    fits?: (event: Extract<AgentEvent, { on: On }>) => boolean,
  ) => Promise<Extract<AgentEvent, { on: On }>>;
  /** What Bob's telephone says became of the message of that id. */
  readonly receiptOf: (id: string) => Promise<string>;
  /** Sends a MESSAGE to Bob and waits for its answer. */
  readonly answerTo: (message: Partial<OutgoingMessage> & { readonly body: string }) => Promise<{
    readonly id: string;
    readonly became: Became;
    readonly accept: readonly string[];
  }>;
}

/** Alice is the client's agent, Bob that telephone. */
function inWorldOf(name: OtherPhoneName): World {
  let network: KamailioNetwork;
  let phone: OtherPhone;
  let agent: Agent;
  const events: AgentEvent[] = [];

  beforeAll(async () => {
    network = await startKamailioNetwork({ tcp: true });
    phone = await startOtherPhone(name, {
      port: network.kamailio.ports[2],
      domain: network.domain,
      user: "bob",
      password: passwordOf("bob"),
      peer: alice,
    });
    agent = createAgent({
      address: alice,
      name: "Alice Moreau",
      password: passwordOf("alice"),
      server: network.kamailio.url,
      instanceId: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      openSocket: (url, subprotocol) => new WebSocket(url, subprotocol),
      freshId,
      timers: {
        keepAliveMs: 25_000,
        pongMs: 10_000,
        retryMinMs: 100,
        retryMaxMs: 1_000,
        registerSeconds: 600,
      },
      clock: systemClock,
      onEvent: (event) => {
        events.push(event);
        if (event.on === "message") agent.answer(event.message.id, 200);
      },
    });
    agent.start();
    await heard("registered");
  });
  afterEach(() => void events.splice(0));
  afterAll(async () => {
    await agent?.stop();
    await phone?.stop();
    await network?.stop();
  });

  async function heard<On extends AgentEvent["on"]>(
    on: On,
    fits: (event: Extract<AgentEvent, { on: On }>) => boolean = () => true,
  ): Promise<Extract<AgentEvent, { on: On }>> {
    const isIt = (event: AgentEvent): event is Extract<AgentEvent, { on: On }> =>
      event.on === on && fits(event as Extract<AgentEvent, { on: On }>);
    return vi.waitFor(
      () => {
        const found = events.find(isIt);
        if (found === undefined) throw new Error(`no ${on} among ${JSON.stringify(events)}`);
        return found;
      },
      { timeout: 25_000 },
    );
  }
  async function receiptOf(id: string): Promise<string> {
    const { message } = await heard(
      "message",
      ({ message: { contentType, body } }) =>
        contentType === "message/imdn+xml" && Buffer.from(body).includes(`<message-id>${id}</message-id>`),
    );
    return Buffer.from(message.body).toString();
  }
  async function answerTo(message: Partial<OutgoingMessage> & { readonly body: string }) {
    const id = freshId();
    agent.message({
      id,
      to: bob,
      contentType: "text/plain;charset=UTF-8",
      headers: [],
      mostBytes: 10_000,
      ...message,
    });
    const { became, accept } = await heard("answered", (event) => event.message === id);
    return { id, became, accept };
  }

  return { agent: () => agent, phone: () => phone, heard, receiptOf, answerTo };
}

function bothDo({ agent, phone, heard, answerTo }: World): void {
  it("refuses a session of MSRP with 488", async () => {
    agent().invite({ leg: "l", to: bob, sdp: offer, headers: [], recipientList: null });
    expect(await heard("refused")).toMatchObject({ leg: "l", status: 488 });
  });

  it("reads bare words, and what is beyond ASCII in them", async () => {
    expect(await answerTo({ body: "Hé, 你好 🙂" })).toMatchObject({ became: 200 });
    await phone().reads("Hé, 你好 🙂");
  });

  it("writes bare words, as the person the network says", async () => {
    phone().says("Good evening.");
    const { message } = await heard("message", (event) => event.message.contentType.startsWith("text/plain"));
    expect(Buffer.from(message.body).toString()).toBe("Good evening.");
    expect(message).toMatchObject({
      from: { address: bob, name: "Bob Lindqvist" },
      assertedIdentity: bob,
    });
  });
}

describe.skipIf(why("baresip") !== null)(`baresip${reason("baresip")}`, () => {
  const world = inWorldOf("baresip");
  const { answerTo } = world;
  bothDo(world);

  it("refuses CPIM, typing and receipts with 415, and takes text/plain", async () => {
    for (const contentType of ["message/cpim", "application/im-iscomposing+xml", "message/imdn+xml"])
      expect(await answerTo({ contentType, body: cpim("a", `<${alice}>`, "x") })).toMatchObject({
        became: 415,
        accept: ["text/plain"],
      });
  });
});

describe.skipIf(why("linphonec") !== null)(`linphonec${reason("linphonec")}`, () => {
  const world = inWorldOf("linphonec");
  const { answerTo, receiptOf, phone } = world;
  bothDo(world);

  it("reads CPIM without names, and says of that id that it was delivered", async () => {
    const body = cpim("the-id", `<${alice}>`, "In CPIM.");
    expect(await answerTo({ contentType: "message/cpim", body })).toMatchObject({ became: 200 });
    await phone().reads("In CPIM.");
    expect(await receiptOf("the-id")).toContain("<delivered/>");
  });

  it("can't read CPIM with a name in it, says 488, and says why in a body that is deflated", async () => {
    const body = cpim("the-id", `"Alice" <${alice}>`, "With a name.");
    const { id, became } = await answerTo({ contentType: "message/cpim", body });
    expect(became).toBe(488);
    expect(await receiptOf(id)).toContain("<failed/>");
    await expect.poll(() => phone().printed()).toMatch(/Body has been compressed/);
  });

  it("of bare words says by their Call-ID that they were delivered", async () => {
    const { id } = await answerTo({ body: "Bare." });
    expect(await receiptOf(id)).toContain("<delivered/>");
  });
});
