/** A SEND as RFC 4975 §11.1 has it, and the status that reading or writing fails with. */
import { ProtocolError } from "../wire/errors.ts";
import type { MsrpRequest } from "../wire/msrp.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

/** null: it does not fail. */
export const statusOf = (run: () => unknown): number | null => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
  return null;
};

export const request = (over: Partial<MsrpRequest> = {}): MsrpRequest => ({
  kind: "request",
  tid: "d93kswow",
  method: "SEND",
  toPath: ["msrp://bob.example.com:8888/9di4eae923wzd;tcp"],
  fromPath: ["msrp://alicepc.example.com:7777/iau39soe2843z;tcp"],
  headers: [
    ["Message-ID", "12339sdqwer"],
    ["Byte-Range", "1-16/16"],
  ],
  contentType: "text/plain",
  body: encodeUtf8("Hi, I'm Alice!\r\n"),
  continuation: "$",
  ...over,
});
