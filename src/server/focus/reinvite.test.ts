/** Requests within a call that stands: the same session on another path, and what else may come. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOfTwo, type GroupOfTwo } from "../../testing/group-of-two.ts";
import type { GroupPerson, InGroup } from "../../testing/group-person.ts";
import type { GroupNetwork } from "../../testing/group-people.ts";
import { parseMsrpSdp } from "../../wire/sdp.ts";
import { header } from "../../wire/sip.ts";

let network: GroupNetwork;
let bob: GroupPerson;
let a: InGroup;
let b: InGroup;
let said: GroupOfTwo["said"];
let seats: GroupOfTwo["seats"];

beforeEach(async () => {
  ({ network, bob, a, b, said, seats } = await groupOfTwo());
});
afterEach(() => network.stop());

describe("the same call on another path", () => {
  test("a re-INVITE on another path moves the session, and what was unread follows", async () => {
    b.session.close();
    const local = bob.path();
    const moved = await b.send("INVITE", [["Content-Type", "application/sdp"]], bob.sdp(local));
    expect(moved.status).toBe(200);
    // RFC 3264 §8: the same session, and the next version of it.
    const origins = [bob.phone.received.find((one) => one.kind === "request"), moved].map(
      (one) => /^o=- ([0-9]+) ([0-9]+)/m.exec(one?.body ?? "")?.slice(1) ?? [],
    );
    expect(origins[1]).toEqual([origins[0]?.[0], "2"]);
    bob.phone.send(b.request("ACK"));
    await said(a, "one");
    const heard: string[] = [];
    bob.link.open({
      local,
      remotePath: parseMsrpSdp(moved.body)?.path ?? [],
      acceptTypes: ["message/cpim"],
      remoteAcceptTypes: ["*"],
      active: true,
      onMessage: ({ body }) => void heard.push(new TextDecoder().decode(body).split("\r\n").at(-1) ?? ""),
    });
    await network.quiet();
    expect(heard).toEqual(["one"]);
    expect(seats()["bob"]).toBe("joined");
    const same = await b.send("INVITE", [["Content-Type", "application/sdp"]], bob.sdp(local));
    expect(same.body).toBe(moved.body);
  });

  test("what else may come in a call", async () => {
    const options = await b.send("OPTIONS");
    expect([options.status, header(options, "Contact")?.includes(";isfocus")]).toEqual([200, true]);
    const info = await b.send("INFO");
    expect([info.status, header(info, "Allow")?.includes("REFER")]).toEqual([405, true]);
  });
});
