/**
 * SIP URIs, name-addr, Via and CSeq values (RFC 3261 §19.1, §20, §25; RFC 3966 for `tel:`).
 */
export type SipUri = {
  readonly scheme: "sip" | "sips" | "tel";
  /** Decoded. */
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  /** Names in lower case; a parameter without value has "". Values decoded. */
  readonly params: ReadonlyMap<string, string>;
  /** What stands after `?`, decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
};

export type NameAddr = {
  readonly displayName: string | null;
  readonly uri: SipUri;
  /** Header parameters (tag, expires, +sip.instance …): names in lower case, quotes removed from values. */
  readonly params: ReadonlyMap<string, string>;
};

export type Via = {
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly params: ReadonlyMap<string, string>;
};

/** All throw ProtocolError(400). */
export declare function parseSipUri(text: string): SipUri;
export declare function formatSipUri(uri: SipUri): string;
/** `sip:user@host` in lower case without parameters: the key for a person. `tel:` stays `tel:+…`. */
export declare function addressOf(uri: SipUri): string;
export declare function parseNameAddr(text: string): NameAddr;
export declare function formatNameAddr(value: NameAddr): string;
export declare function parseVia(text: string): Via;
export declare function formatVia(via: Via): string;
export declare function parseCSeq(text: string): { readonly number: number; readonly method: string };
