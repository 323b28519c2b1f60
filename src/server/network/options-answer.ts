/** What the server says of itself when asked with OPTIONS (RFC 3261 §11); also the answer to a probe (decision 25). */
import { responseTo, type SipRequest, type SipResponse } from "../../wire/sip.ts";

const methods =
  "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, REFER, SUBSCRIBE, NOTIFY, INFO, UPDATE, REGISTER";

export const optionsAnswer = (request: SipRequest, toTag: string): SipResponse =>
  responseTo(request, 200, {
    toTag,
    headers: [
      ["Allow", methods],
      ["Supported", "gruu, outbound, path"],
      ["Accept", "*/*"],
    ],
  });
