/**
 * What every INVITE and MESSAGE of ours says of itself, beside what SIP needs (OMA CPM; RFC 3841, 6050): which service, which
 * conversation, which session of it.
 */
import type { Form } from "../flow/pager.ts";
import type { SessionIds } from "./one-to-ones.ts";

type Headers = readonly (readonly [name: string, value: string])[];

const message = "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.msg";
const service = "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session";
const accept = '*;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session"';

/** What a text in a MESSAGE says of itself, to those who know CPM; others are spared it, since room is short. */
export const messageHeaders = (form: Form, ids: SessionIds): Headers =>
  form === "plain"
    ? []
    : [
        ["P-Preferred-Service", message],
        ["Conversation-ID", ids.conversationId],
        ["Contribution-ID", ids.contributionId],
      ];

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
