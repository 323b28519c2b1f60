/**
 * A look at a SIP server by one of its users: what is asked and what is heard. SIP.js stays behind this file.
 *
 * Unlike the agent it tries once, keeps each answer as it came, and is nobody's phone.
 */
import type { SipHeader, SipResponse } from "../wire/sip.ts";
import type { AgentOptions } from "./agent.ts";

export type ProbeOptions = Pick<
  AgentOptions,
  "address" | "name" | "password" | "server" | "instanceId" | "openSocket" | "freshId" | "clock"
> & {
  /** How long anything may take. */
  readonly limitMs: number;
};

export type RegisterHeard = {
  /** Every challenge of the first answer that had any, as written. */
  readonly challenges: readonly string[];
  /** Credentials were sent: one of the challenges could be answered. */
  readonly isProven: boolean;
  /** The last one; null: none came in time. */
  readonly answer: SipResponse | null;
  readonly isLost: boolean;
  /** Something came that is no SIP, or not of a kind that a server sends. */
  readonly isNonsense: boolean;
};

export type Asked = {
  readonly method: "INVITE" | "OPTIONS";
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: { readonly contentType: string; readonly content: string } | null;
};

export type Heard = {
  /** The final one; null: none came in time. */
  readonly answer: SipResponse | null;
  /** The request as it came in at this end; null: it did not. */
  readonly arrived: string | null;
  readonly sentBytes: number;
  /** The connection broke over it. */
  readonly isLost: boolean;
};

export interface SipProbe {
  /** What is registered, and where this device alone is reached: its GRUU, null where there is none. */
  readonly binding: string;
  readonly gruu: string | null;
  readonly isOpen: boolean;
  /** False: it did not open. */
  open(): Promise<boolean>;
  register(): Promise<RegisterHeard>;
  /** Throws TypeError when an address can't be read. */
  ask(asked: Asked): Promise<Heard>;
  /** Unregisters and closes. */
  leave(): Promise<void>;
}
