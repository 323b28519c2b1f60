/**
 * What every INVITE of ours says of itself, beside what SIP needs (OMA CPM; RFC 3841, 6050): which service, which
 * conversation, which session of it.
 */
import type { SessionIds } from "./one-to-ones.ts";

type Headers = readonly (readonly [name: string, value: string])[];

const service = "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session";
const accept = '*;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session"';

export const inviteHeaders = (
  self: string,
  kind: "1-1" | "group",
  ids: SessionIds,
  subject: string | null = null,
): Headers => [
  ["Accept-Contact", accept],
  ["P-Preferred-Service", kind === "group" ? `${service}.group` : service],
  ["P-Preferred-Identity", `<${self}>`],
  ["Conversation-ID", ids.conversationId],
  ["Contribution-ID", ids.contributionId],
  ...(subject === null ? [] : ([["Subject", subject]] as const)),
];
