/**
 * People made of the client's own agent over a real socket, for tests: every event is kept, and one can be waited
 * for. Whatever is opened here is closed by `stopAll`.
 */
import { WebSocket } from "ws";
import { freshId, systemClock } from "../server/system.ts";
import type { Agent, AgentEvent, AgentTimers, OpenSocket } from "../sip/agent.ts";
import { createAgent } from "../sip/create-agent.ts";
import { formatMsrpSdp } from "../wire/sdp.ts";

export type Named<On extends AgentEvent["on"]> = Extract<AgentEvent, { readonly on: On }>;

export interface AgentPerson {
  readonly user: string;
  readonly address: string;
  readonly agent: Agent;
  /** All that was told, oldest first. */
  readonly events: readonly AgentEvent[];
  /** The first event of that name not yet taken; waits for it. `leg` narrows it to one leg. */
  take<On extends AgentEvent["on"]>(on: On, leg?: string): Promise<Named<On>>;
  /** Sockets opened so far, oldest first. */
  readonly sockets: readonly WebSocket[];
}

const calm: AgentTimers = {
  keepAliveMs: 60_000,
  pongMs: 10_000,
  retryMinMs: 10,
  retryMaxMs: 50,
  registerSeconds: 600,
};

const people: AgentPerson[] = [];

export async function stopAll(): Promise<void> {
  await Promise.all(people.splice(0).map(({ agent }) => agent.stop()));
}

export function agentPerson(
  port: number,
  user: string,
  more: { readonly password?: string; readonly timers?: Partial<AgentTimers> } = {},
): AgentPerson {
  const address = `sip:${user}@segue.example`;
  const events: AgentEvent[] = [];
  const untaken: AgentEvent[] = [];
  const waiting: {
    readonly fits: (event: AgentEvent) => boolean;
    readonly found: (event: AgentEvent) => void;
  }[] = [];
  const sockets: WebSocket[] = [];
  const openSocket: OpenSocket = (url, subprotocol) => {
    const socket = new WebSocket(url, subprotocol);
    sockets.push(socket);
    return socket;
  };
  const agent = createAgent({
    address,
    name: `${user} "the" tester`,
    password: more.password ?? user,
    server: `ws://127.0.0.1:${port}/sip`,
    instanceId: freshUuid(),
    openSocket,
    freshId,
    timers: { ...calm, ...more.timers },
    clock: systemClock,
    onEvent: (event) => {
      events.push(event);
      const at = waiting.findIndex(({ fits }) => fits(event));
      const [waiter] = at === -1 ? [] : waiting.splice(at, 1);
      if (waiter === undefined) untaken.push(event);
      else waiter.found(event);
    },
  });
  const person: AgentPerson = {
    user,
    address,
    agent,
    events,
    sockets,
    take: <On extends AgentEvent["on"]>(on: On, leg?: string) => {
      const fits = (event: AgentEvent): boolean =>
        event.on === on && (leg === undefined || ("leg" in event && event.leg === leg));
      const at = untaken.findIndex(fits);
      const [known] = at === -1 ? [] : untaken.splice(at, 1);
      return (
        known === undefined
          ? new Promise<AgentEvent>((found) => waiting.push({ fits, found }))
          : Promise.resolve(known)
      ) as Promise<Named<On>>;
    },
  };
  people.push(person);
  return person;
}

/** Started, and registered. */
export async function signedIn(port: number, user: string): Promise<AgentPerson> {
  const person = agentPerson(port, user);
  person.agent.start();
  await person.take("registered");
  return person;
}

const freshUuid = (): string => freshId().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** A description with a path of its own. */
export function testSdp(name: string): string {
  return formatMsrpSdp(
    {
      host: "relay.segue.example",
      port: 5080,
      tls: false,
      path: [`msrp://relay.segue.example:5080/${name};tcp`, `msrp://${name}.invalid:5080/${name};ws`],
      setup: "active",
      acceptTypes: ["message/cpim"],
      acceptWrappedTypes: ["text/plain"],
      chatroom: null,
      direction: "sendrecv",
    },
    1,
  );
}
