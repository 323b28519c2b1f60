/**
 * The client's agent alone with a server that is a test, and with time that passes when told: for what no server
 * would do, and for silence.
 */
import { createAgent } from "../sip/create-agent.ts";
import type { Agent, AgentEvent, AgentTimers, OpenSocket } from "../sip/agent.ts";
import { header, parseSip, type SipHeader } from "../wire/sip.ts";
import { fakeSockets, type FakeSocket } from "./fake-sip-socket.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";

export const timers: AgentTimers = {
  keepAliveMs: 1_000,
  pongMs: 100,
  retryMinMs: 1_000,
  retryMaxMs: 8_000,
  registerSeconds: 600,
};
export const instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
export const gruu = `sip:alice@segue.example;gr=${instance}`;
/** What the registrar says of this device, after another one. */
export const granted: readonly SipHeader[] = [
  ["Contact", '<sip:somebody@else.invalid>;expires=5;+sip.instance="<urn:uuid:other>"'],
  ["Contact", `<sip:alice@x.invalid>;expires=100;+sip.instance="<${instance}>";reg-id=1;pub-gruu="${gruu}"`],
];
/** A description that nothing reads. */
export const sdp = "v=0\r\ns=-\r\n";

export interface AgentAlone {
  readonly agent: Agent;
  readonly clock: ManualClock;
  readonly events: AgentEvent[];
  readonly sockets: readonly FakeSocket[];
  /** The newest. */
  socket(): FakeSocket;
  /** The names of the events, in order. */
  told(): readonly string[];
  named<On extends AgentEvent["on"]>(on: On): readonly Extract<AgentEvent, { readonly on: On }>[];
  /** Started, open and registered. */
  signIn(): FakeSocket;
  /** Time passes on a connection that lives. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

let counter = 0;

/** `hears`: does at once what an app would. */
export function agentAlone(
  openSocket?: OpenSocket,
  hears: (event: AgentEvent, agent: Agent) => void = () => {},
): AgentAlone {
  const clock = manualClock();
  const { all: sockets, openSocket: openFake } = fakeSockets();
  const events: AgentEvent[] = [];
  const agent: Agent = createAgent({
    address: "sip:alice@segue.example",
    name: "Alice",
    password: "secret",
    server: "wss://segue.example/sip",
    instanceId: instance.slice("urn:uuid:".length),
    openSocket: openSocket ?? openFake,
    freshId: () => (counter += 1).toString(16).padStart(32, "0"),
    timers,
    clock,
    onEvent: (event) => {
      events.push(event);
      hears(event, agent);
    },
  });
  const alone: AgentAlone = {
    agent,
    clock,
    events,
    sockets,
    socket: () => {
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error("no socket was asked for");
      return socket;
    },
    told: () => events.map(({ on }) => on),
    named: <On extends AgentEvent["on"]>(on: On) =>
      events.filter((event): event is Extract<AgentEvent, { readonly on: On }> => event.on === on),
    signIn: () => {
      agent.start();
      const socket = alone.socket();
      socket.opens();
      socket.answers("REGISTER", 200, { headers: granted });
      return socket;
    },
    pass: (ms) => {
      const socket = alone.socket();
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(Math.min(left, 500));
        socket.says("\r\n");
      }
    },
    stop: async () => {
      const stopped = agent.stop();
      clock.advance(1_000);
      await stopped;
    },
  };
  return alone;
}

export type Written = {
  readonly uri?: string;
  readonly callId?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly toTag?: string;
  readonly cseq?: string;
  readonly branch?: string;
  /** Instead of Bob's address. */
  readonly from?: string;
};

/** A request of Bob's, as text. */
export const from = (method: string, more: Written = {}): string =>
  [
    `${method} ${more.uri ?? "sip:alice@segue.example"} SIP/2.0`,
    `Via: SIP/2.0/WSS edge.segue.example;branch=${more.branch ?? `z9hG4bK${(counter += 1)}`}`,
    `From: <${more.from ?? "sip:bob@segue.example"}>;tag=bob`,
    `To: <sip:alice@segue.example>${more.toTag === undefined ? "" : `;tag=${more.toTag}`}`,
    `Call-ID: ${more.callId ?? "call"}`,
    `CSeq: ${more.cseq ?? `1 ${method}`}`,
    "Max-Forwards: 70",
    "Contact: <sip:bob@bob.invalid>",
    ...(more.headers ?? []),
    "",
    more.body ?? "",
  ].join("\r\n");

export const invite = (more: Written = {}): string =>
  from("INVITE", { body: sdp, headers: ["Content-Type: application/sdp"], ...more });

/** The tag the agent has put into its newest answer. */
export const tagOfAnswer = (socket: FakeSocket): string =>
  /;tag=([0-9a-f]+)/.exec(header(parseSip(socket.sent.at(-1) ?? ""), "To") ?? "")?.[1] ?? "";
