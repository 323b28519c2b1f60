/** Notifications as others write them, and what is none. */
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { formatDelivered, parseImdn } from "./imdn.ts";

const imdn = (inside: string): string =>
  `<?xml version="1.0"?><imdn xmlns="urn:ietf:params:xml:ns:imdn">${inside}</imdn>`;
const status = (kind: string, name: string): string =>
  imdn(`<message-id>m1</message-id><${kind}-notification><status><${name}/></status></${kind}-notification>`);

describe("a notification", () => {
  test("is read as linphone writes it", () => {
    // Taken from the wire of liblinphone 5.1.65; the second came with Content-Encoding: deflate.
    const delivered =
      '<?xml version="1.0" encoding="UTF-8" standalone="no" ?><imdn xmlns="urn:ietf:params:xml:ns:imdn">' +
      "<message-id>n3</message-id><datetime>2026-11-26T01:00:00Z</datetime>" +
      "<delivery-notification><status><delivered/></status></delivery-notification></imdn>";
    const failed =
      '<?xml version="1.0" encoding="UTF-8" standalone="no" ?><imdn xmlns="urn:ietf:params:xml:ns:imdn" ' +
      'xmlns:imdn="http://www.linphone.org/xsds/imdn.xsd"><message-id>tfx</message-id>' +
      "<datetime>2026-11-26T01:17:50Z</datetime><delivery-notification><status><failed/>" +
      '<imdn:reason code="488">Not acceptable here</imdn:reason></status></delivery-notification></imdn>';
    expect(parseImdn(delivered)).toEqual({ messageId: "n3", status: "delivered" });
    expect(parseImdn(failed)).toEqual({ messageId: "tfx", status: "failed" });
  });

  test("that was displayed", () => {
    expect(parseImdn(status("display", "displayed"))).toEqual({ messageId: "m1", status: "displayed" });
  });

  test.each([
    ["delivery", "displayed"],
    ["display", "delivered"],
    ["processing", "processed"],
    ["delivery", "stored"],
  ])("of %s that says %s tells nothing", (kind, name) => {
    expect(parseImdn(status(kind, name))).toEqual({ messageId: "m1", status: null });
  });

  test("of ours is read again, whatever the id holds", () => {
    const messageId = `<&"'>`;
    const text = formatDelivered({ messageId, dateTime: "2026-11-26T01:00:00Z", recipient: "sip:b@x" });
    expect(parseImdn(text)).toEqual({ messageId, status: "delivered" });
  });

  test.each([
    ["another root", "<other/>"],
    ["another namespace", '<imdn xmlns="urn:other"><message-id>m</message-id></imdn>'],
    ["no message-id", imdn("")],
    ["an endless message-id", imdn(`<message-id>${"m".repeat(513)}</message-id>`)],
    ["a document type", `<!DOCTYPE imdn [<!ENTITY a "b">]>${imdn("<message-id>&a;</message-id>")}`],
    ["more than a notification holds", imdn(`<message-id>m</message-id>${"<a/>".repeat(64)}`)],
    ["no XML", "delivered"],
  ])("with %s is refused", (_, text) => {
    expect(() => parseImdn(text)).toThrow(ProtocolError);
  });
});
