/**
 * The one m=message section that is offered and answered (RFC 4975 §8, RFC 6135, RFC 7977 §5.2.2).
 */
export type MsrpDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export type MsrpMedia = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly path: readonly string[];
  readonly setup: "active" | "passive" | "actpass";
  readonly acceptTypes: readonly string[];
  readonly acceptWrappedTypes: readonly string[];
  /** null: not a chat room (RFC 7701 §8); else its tokens, maybe none. */
  readonly chatroom: readonly string[] | null;
  readonly direction: MsrpDirection;
};

export declare function formatMsrpSdp(media: MsrpMedia, sessionVersion: number): string;
export declare function parseMsrpSdp(text: string): MsrpMedia | null;
