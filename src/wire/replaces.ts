/** Names of a dialog, and the Replaces header that carries them (RFC 3891 §6.1). */
export type DialogId = {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
};

/** Throws ProtocolError(400) unless there is exactly one to-tag and one from-tag. */
export declare function parseReplaces(value: string): DialogId;
export declare function formatReplaces(id: DialogId): string;
