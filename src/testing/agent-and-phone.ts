/** The server's user agent and a telephone that knows nothing of it, over a link in memory; and what the agent's user was told. */
import { causeOf } from "../server/sip/call.ts";
import type { IncomingCall } from "../server/sip/incoming-call.ts";
import { memoryLinkPair, type Link } from "../server/sip/link.ts";
import { createUserAgent, type UserAgent } from "../server/sip/user-agent.ts";
import { header, responseTo, type SipHeader, type SipRequest, type SipResponse } from "../wire/sip.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { phoneOver, targetOf, type Phone } from "./raw-phone.ts";

/** Who the agent is. */
export const agentUri = "sip:x@segue.example;conf=1";
export const contact: SipHeader = ["Contact", `<${agentUri}>;isfocus`];
export const agentTimers = { answerMs: 32_000, absorbMs: 5_000, againMinMs: 500, againMaxMs: 4_000 };

export interface AgentAndPhone {
  readonly clock: ManualClock;
  readonly agent: UserAgent;
  readonly phone: Phone;
  /** The telephone's end. */
  readonly link: Link;
  /** What the user of the agent was told, in order. */
  readonly told: string[];
  /** The last call that came in. */
  readonly incoming: () => IncomingCall | null;
  /** Another telephone over another link. */
  connect(): { readonly phone: Phone; readonly link: Link };
}

export function agentAndPhone(): AgentAndPhone {
  let ids = 0;
  let incoming: IncomingCall | null = null;
  const clock = manualClock();
  const told: string[] = [];
  const agent = createUserAgent({
    sentBy: "x.invalid",
    timers: agentTimers,
    mostTransactions: 20_000,
    clock,
    freshId: () => `fresh${(ids += 1)}`,
    invited: (call) => {
      incoming = call;
      return {
        cancelled: () => told.push("cancelled"),
        acked: () => told.push("acked"),
        ended: (bye) => told.push(`ended ${bye === null ? "lost" : causeOf(bye)}`),
        request: (transaction) => {
          told.push(transaction.request.method);
          transaction.respond(responseTo(transaction.request, 202));
        },
      };
    },
    asked: (transaction) => transaction.respond(responseTo(transaction.request, 200, { toTag: "t" })),
  });
  const connect = (): { readonly phone: Phone; readonly link: Link } => {
    const [ours, link] = memoryLinkPair("x", "phone");
    agent.attach(ours);
    return { phone: phoneOver(link, "alice"), link };
  };
  return { clock, agent, told, incoming: () => incoming, connect, ...connect() };
}

export const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** An INVITE from the telephone, through a proxy that wants to see the rest. */
export async function called({ phone, incoming }: AgentAndPhone): Promise<{
  readonly invite: SipRequest;
  readonly call: IncomingCall;
}> {
  const invite = phone.request("INVITE", agentUri, {
    more: [
      ["Record-Route", "<sip:p2@pf.x;lr>"],
      ["Record-Route", "<sip:p1@pf.x;lr>"],
      ["Contact", `<${phone.contact}>`],
    ],
  });
  phone.send(invite);
  await phone.takeResponse("INVITE", 100);
  const call = incoming();
  if (call === null) throw new Error("no call came in");
  return { invite, call };
}

/** A request of the telephone in the dialog that `answer` made. */
export const within = (
  phone: Phone,
  method: string,
  invite: SipRequest,
  answer: SipResponse,
  cseq: number,
): SipRequest =>
  phone.request(method, targetOf(answer), {
    from: header(answer, "From") ?? "",
    to: header(answer, "To") ?? "",
    callId: header(invite, "Call-ID") ?? "",
    cseq,
    more: [],
  });
