/** Calls that came in, up to their end. */
import { describe, expect, test, vi } from "vitest";
import { from, granted, invite, sdp, tagOfAnswer, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import type { FakeSocket } from "../testing/fake-sip-socket.ts";
import { header, parseSip } from "../wire/sip.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

describe("a call that came in", () => {
  function accepted(socket: FakeSocket): { readonly leg: string; readonly toTag: string } {
    socket.says(invite());
    const leg = alone.named("incoming")[0]?.incoming.leg ?? "";
    alone.agent.accept(leg, sdp);
    return { leg, toTag: tagOfAnswer(socket) };
  }

  test("has a tag of 128 bits, the same in each answer", () => {
    const socket = alone.signIn();
    socket.says(invite());
    const ringing = tagOfAnswer(socket);
    alone.agent.accept(alone.named("incoming")[0]?.incoming.leg ?? "", sdp);
    expect(ringing).toMatch(/^[0-9a-f]{32}$/);
    expect(tagOfAnswer(socket)).toBe(ringing);
  });

  test("without ACK is ended", async () => {
    const socket = alone.signIn();
    const { leg } = accepted(socket);
    await vi.advanceTimersByTimeAsync(32_000);
    expect(alone.events.at(-1)).toEqual({ on: "unacked", leg });
    expect(header(socket.request("BYE"), "Reason")).toBe('SIP;cause=408;text="No ACK"');
    expect(alone.agent.dialog(leg)).toBeNull();
  });

  test.each(["BYE", "OPTIONS", "INVITE"])(
    "%s by somebody else who knows its ids is refused, and it goes on",
    (method) => {
      const socket = alone.signIn();
      const { leg, toTag } = accepted(socket);
      socket.says(from("ACK", { toTag, cseq: "1 ACK" }));
      socket.says(from(method, { toTag, cseq: `2 ${method}`, from: "sip:mallory@segue.example" }));
      expect(socket.statuses("call")).toEqual([180, 200, 403]);
      expect(alone.told().at(-1)).toBe("acked");
      expect(alone.agent.dialog(leg)).not.toBeNull();
      socket.says(from("BYE", { toTag, cseq: "3 BYE", from: "sip:Bob@segue.example:5060" }));
      expect(alone.events.at(-1)).toMatchObject({ on: "ended", leg, by: "peer" });
    },
  );

  test("an ACK by somebody else is none", () => {
    const socket = alone.signIn();
    const { toTag } = accepted(socket);
    socket.says(from("ACK", { toTag, cseq: "1 ACK", from: "sip:mallory@segue.example" }));
    expect(alone.told()).not.toContain("acked");
    socket.says(from("ACK", { toTag, cseq: "1 ACK" }));
    expect(alone.told().at(-1)).toBe("acked");
  });

  test("BYE before the ACK ends it once", async () => {
    const socket = alone.signIn();
    const { leg, toTag } = accepted(socket);
    socket.says(
      from("BYE", { toTag, cseq: "2 BYE", headers: ['Reason: Q.850;cause=16, SIP;cause=410;text="Gone"'] }),
    );
    expect(alone.events.at(-1)).toEqual({ on: "ended", leg, by: "peer", cause: 410, text: "Gone" });
    await vi.advanceTimersByTimeAsync(64_000);
    expect(alone.told().filter((on) => on === "unacked" || on === "ended")).toEqual(["ended"]);
  });

  test("a caller who says BYE while it rings has given up", () => {
    const socket = alone.signIn();
    socket.says(invite());
    socket.says(from("BYE", { toTag: tagOfAnswer(socket), cseq: "2 BYE" }));
    expect(alone.told().at(-1)).toBe("cancelled");
    expect(socket.statuses("call")).toEqual([180, 200, 487]);
  });

  test("CANCEL says when another device has answered", () => {
    const socket = alone.signIn();
    socket.says(invite({ branch: "z9hG4bKsame" }));
    socket.says(
      from("CANCEL", { branch: "z9hG4bKsame", headers: ['Reason: SIP;cause=200;text="elsewhere"'] }),
    );
    expect(alone.events.at(-1)).toMatchObject({ on: "cancelled", cause: 200 });
    expect(socket.statuses("call")).toEqual([180, 200, 487]);
  });

  test("that rings when the connection breaks is over, and is refused over the next one", () => {
    const socket = alone.signIn();
    socket.says(invite());
    const { leg } = alone.named("incoming")[0]?.incoming ?? { leg: "" };
    socket.closes();
    expect(alone.told().slice(-2)).toEqual(["cancelled", "disconnected"]);
    alone.agent.accept(leg, sdp);
    alone.agent.tryNow();
    alone.socket().opens();
    alone.socket().answers("REGISTER", 200, { headers: granted });
    expect(alone.socket().statuses("call")).toEqual([480]);
  });

  test("is refreshed by a re-INVITE on the same path; on another it is answered by the app, or 488", async () => {
    const path = (name: string): string =>
      `v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 x\r\nt=0 0\r\nm=message 1 TCP/MSRP *\r\na=accept-types:*\r\na=path:msrp://${name}.invalid:1/s;ws\r\n`;
    const socket = alone.signIn();
    socket.says(invite({ body: path("one") }));
    const { leg } = alone.named("incoming")[0]?.incoming ?? { leg: "" };
    alone.agent.accept(leg, sdp);
    const toTag = tagOfAnswer(socket);
    socket.says(from("ACK", { toTag }));
    await vi.advanceTimersByTimeAsync(500); // SIP.js looks for the ACK once more by then
    const again = (cseq: number, body: string): void =>
      socket.says(invite({ toTag, cseq: `${cseq} INVITE`, body }));
    again(2, path("one"));
    expect(parseSip(socket.sent.at(-1) ?? "").body).toBe(sdp);
    socket.says(from("ACK", { toTag, cseq: "2 ACK" }));
    again(3, path("two"));
    expect(alone.events.at(-1)).toEqual({ on: "moving", leg, sdp: path("two") });
    alone.agent.moved(leg, null);
    expect(socket.statuses("call").slice(-2)).toEqual([200, 488]);
    again(4, path("three"));
    alone.agent.moved(leg, path("mine"));
    alone.agent.moved(leg, path("too late"));
    expect(parseSip(socket.sent.at(-1) ?? "")).toMatchObject({ status: 200, body: path("mine") });
    socket.says(from("ACK", { toTag, cseq: "4 ACK" }));
    again(5, path("three"));
    expect(parseSip(socket.sent.at(-1) ?? "").body).toBe(path("mine"));
    socket.says(from("ACK", { toTag, cseq: "5 ACK" }));
    again(6, "no description");
    expect(socket.statuses("call").at(-1)).toBe(488);
    await vi.advanceTimersByTimeAsync(500);
    expect(alone.told().filter((on) => on === "acked")).toEqual(["acked"]);
    alone.agent.end(leg, null);
    socket.answers("BYE", 481);
    expect(alone.events.at(-1)).toEqual({ on: "closed", leg });
  });
});
