/** Names of a dialog. */
export type DialogId = { readonly callId: string; readonly toTag: string; readonly fromTag: string; readonly earlyOnly: boolean };
