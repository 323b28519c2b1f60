/**
 * SIP messages as values: what the server reads and writes (RFC 3261 §7, §25).
 */
export type SipHeader = readonly [name: string, value: string];

export type SipRequest = {
  readonly kind: "request";
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
};

export type SipResponse = {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
};

export type SipMessage = SipRequest | SipResponse;

export type SipLimits = {
  readonly messageBytes: number;
  readonly headers: number;
  readonly lineLength: number;
};

/** Compact names expanded, folded lines joined, Via/Route/Record-Route/Contact lists split. Throws ProtocolError. */
export declare function parseSip(text: string, limits?: SipLimits): SipMessage;
/** Sets Content-Length itself, in UTF-8 bytes. */
export declare function formatSip(message: SipMessage): string;
/** First value of that name in any case, or null. */
export declare function header(message: SipMessage, name: string): string | null;
export declare function headers(message: SipMessage, name: string): string[];
/** Replaces all of that name by one, in the place of the first; appends when there was none. */
export declare function withHeader<M extends SipMessage>(message: M, name: string, value: string): M;
export declare function withoutHeader<M extends SipMessage>(message: M, name: string): M;
export declare function prependHeader<M extends SipMessage>(message: M, name: string, value: string): M;
export declare function appendHeader<M extends SipMessage>(message: M, name: string, value: string): M;
/** Whether a comma list of tokens (Supported, Require, Allow …) has this one, in any case. */
export declare function hasToken(message: SipMessage, name: string, token: string): boolean;
/** The response of §8.2.6: Via, From, To (with `toTag` when it had none), Call-ID, CSeq of the request, then `more`. */
export declare function responseTo(
  request: SipRequest,
  status: number,
  options?: {
    readonly reason?: string;
    readonly toTag?: string;
    readonly headers?: readonly SipHeader[];
    readonly body?: string;
  },
): SipResponse;
/** The usual phrase for a status. */
export declare function reasonOf(status: number): string;
