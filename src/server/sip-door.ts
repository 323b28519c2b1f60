/** Where the SIP core of the box is reached: a WebSocket under `/sip` (RFC 7118), each message shown in the trace. */
import { sipLimits } from "../wire/sip.ts";
import type { Accounts } from "./network/accounts.ts";
import type { RateLimits } from "./network/limits.ts";
import type { Names, SipCore } from "./network/sip-core.ts";
import { webSocketLink } from "./sip/link.ts";
import type { Trace } from "./trace.ts";
import type { SocketDoor } from "./web-sockets.ts";

export const sipPath = "/sip";

export const sipDoor = (options: {
  readonly core: SipCore;
  readonly accounts: Accounts;
  readonly trace: Trace;
  readonly rate: RateLimits;
  /** TLS outside. */
  readonly secure: boolean;
}): SocketDoor => ({
  path: sipPath,
  subprotocol: "sip",
  maxMessageBytes: sipLimits.messageBytes,
  rate: options.rate,
  accept: (socket, visitor) => {
    const { core, accounts, trace, secure } = options;
    const names: Names = { peer: "unknown", self: "edge" };
    const hop = (direction: "in" | "out", text: string): void => {
      if (names.self === "edge") guessNames(names, text, accounts);
      if (direction === "in") trace.sipHop(names.peer, names.self, text);
      else trace.sipHop(names.self, names.peer, text);
    };
    core.accept(webSocketLink(socket, { peer: () => names.peer, secure, hop }), names, visitor);
  },
});

/** Who has not proved anything yet is shown under the name it gives. */
function guessNames(names: Names, text: string, accounts: Accounts): void {
  // the first From alone: a long message of many is no more work
  const from = /^(?:From|f)[ \t]*:([^\r\n]{0,300})/im.exec(text)?.[1] ?? "";
  const user = /sips?:([^@;>\s]{1,64})@/i.exec(from)?.[1]?.toLowerCase();
  const account = user === undefined ? null : accounts.find(user);
  if (account === null || account.isFocus) return;
  names.peer = account.user;
  names.self = `PF ${account.user}`;
}
