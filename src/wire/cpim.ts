/**
 * message/cpim ⇄ values (RFC 3862, with the IMDN headers of RFC 5438 §6).
 */
export type CpimParty = { readonly displayName: string; readonly uri: string };

export type Cpim = {
  readonly from: CpimParty;
  readonly to: CpimParty;
  readonly dateTime: string | null;
  /** imdn.Message-ID */
  readonly messageId: string | null;
  readonly dispositionNotification: readonly string[];
  /** Every other message header, in order and as written. */
  readonly otherHeaders: readonly (readonly [name: string, value: string])[];
  readonly contentType: string;
  /** MIME headers of the content other than Content-Type. */
  readonly contentHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
};

export declare function parseCpim(bytes: Uint8Array): Cpim;
export declare function formatCpim(cpim: Cpim): Uint8Array;
