/** What "Check this server" needs of where it runs, in a browser or in Node. */
import type { Socket } from "../../sip/agent.ts";
import type { Span } from "./places.ts";
import type { Tls, Trouble } from "./seen.ts";

/** A socket that is opening, and what this platform can tell of it. */
export type Opening = {
  readonly socket: Socket & { readonly protocol?: string };
  /** Why it did not open; null: it did, or nothing is told. */
  readonly trouble: () => Trouble | null;
  readonly tls: () => Tls | null;
};

export type Platform = {
  /** May throw where the URL can't be used. */
  readonly open: (url: string, subprotocol: "sip" | "msrp") => Opening;
  /** The page that connects, or is going to; null: none. */
  readonly page: string | null;
  /** Where a name leads; null: that is not told here. */
  readonly addresses: (host: string) => Promise<readonly string[] | null>;
  /** What the browser says of connections to addresses so far away; null: nothing. */
  readonly permission: (span: Span) => Promise<"granted" | "denied" | "prompt" | null>;
  /** Whether the host of a WebSocket URL answers a plain request; null: that can't be found out. */
  readonly reaches: (url: string) => Promise<boolean | null>;
};
