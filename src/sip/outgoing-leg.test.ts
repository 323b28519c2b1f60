/** Calls of ours, up to their end. */
import { describe, expect, test, vi } from "vitest";
import { sdp, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import type { FakeSocket } from "../testing/fake-sip-socket.ts";
import { header } from "../wire/sip.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

describe("a call of ours", () => {
  const ok = { headers: [["Contact", "<sip:room@x.invalid>;isfocus"]] as const, body: "" };
  const answer = {
    headers: [
      ["Contact", "<sip:room@x.invalid>;isfocus"],
      ["Content-Type", "application/sdp"],
    ] as const,
    body: sdp,
  };
  const start = (recipientList: string | null = null): FakeSocket => {
    const socket = alone.signIn();
    alone.agent.invite({ leg: "one", to: "sip:room@segue.example", sdp, headers: [], recipientList });
    return socket;
  };

  test("carries the list beside the description, with credentials again", () => {
    const socket = start("<list/>");
    const first = socket.request("INVITE");
    socket.answers("INVITE", 407, {
      headers: [["Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth"']],
    });
    const second = socket.request("INVITE");
    expect(header(second, "Proxy-Authorization")).toContain('realm="r"');
    expect(header(second, "Via")).not.toBe(header(first, "Via"));
    for (const request of [first, second]) {
      expect(header(request, "Require")).toBe("recipient-list-invite");
      expect(header(request, "Content-Type")).toMatch(/^multipart\/mixed;boundary="/);
      expect(request.body.indexOf("application/sdp")).toBeLessThan(request.body.indexOf("recipient-list"));
    }
    socket.answers("INVITE", 200, answer);
    expect(alone.events.at(-1)).toMatchObject({ on: "accepted", isFocus: true, sdp });
    expect(socket.request("ACK").body).toBe("");
  });

  test("CANCEL waits for what can be cancelled, over a challenge too", () => {
    const socket = start();
    alone.agent.cancel("one");
    expect(() => socket.request("CANCEL")).toThrow("no CANCEL");
    socket.answers("INVITE", 407, {
      headers: [["Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth"']],
    });
    expect(() => socket.request("CANCEL")).toThrow("no CANCEL");
    socket.answers("INVITE", 100);
    expect(header(socket.request("CANCEL"), "Via")).toBe(header(socket.request("INVITE"), "Via"));
    socket.answers("INVITE", 487);
    expect(alone.events.at(-1)).toMatchObject({ on: "refused", status: 487 });
  });

  test("a CANCEL that nobody answers is done after a while", () => {
    const socket = start();
    socket.answers("INVITE", 180, ok);
    alone.agent.cancel("one");
    alone.pass(32_000);
    expect(alone.events.findLast(({ on }) => on === "refused")).toMatchObject({ status: 487 });
    socket.answers("INVITE", 200, answer);
    expect(socket.request("BYE").uri).toContain("room@x.invalid");
  });

  test("an answer without description is ended, and of two answers the second", () => {
    const socket = start();
    socket.answers("INVITE", 200, ok);
    expect(alone.events.at(-1)).toMatchObject({ on: "refused", status: 488 });
    expect(header(socket.request("BYE"), "Reason")).toContain("488");
    alone.agent.invite({ leg: "two", to: "sip:room@segue.example", sdp, headers: [], recipientList: null });
    socket.answers("INVITE", 200, { ...answer, toTag: "first" });
    socket.answers("INVITE", 200, { ...answer, toTag: "second" });
    expect(alone.told().filter((on) => on === "accepted")).toEqual(["accepted"]);
    expect(header(socket.request("BYE"), "To")).toContain("second");
    expect(alone.agent.dialog("two")?.remoteTag).toBe("first");
  });

  test("a session the other end has lost is told so", () => {
    const socket = start();
    socket.answers("INVITE", 200, answer);
    alone.agent.refer("one", ["sip:carol@segue.example"]);
    expect(header(socket.request("REFER"), "Refer-Sub")).toBe("false");
    socket.answers("REFER", 481);
    expect(alone.events.slice(-2)).toEqual([
      { on: "referred", leg: "one", to: "sip:carol@segue.example", status: 481 },
      { on: "ended", leg: "one", by: "lost", cause: 481, text: null },
    ]);
    alone.agent.end("one", null);
    expect(() => socket.request("BYE")).toThrow("no BYE");
  });

  test("to nowhere is refused once, and nobody is referred by half an address", async () => {
    const socket = start();
    socket.answers("INVITE", 200, answer);
    alone.agent.refer("one", ["sip:carol@segue.example", "carol"]);
    alone.agent.invite({ leg: "two", to: "bob", sdp, headers: [], recipientList: null });
    alone.agent.invite({
      leg: "three",
      to: "sip:x@y.z",
      sdp: "\ud800",
      headers: [],
      recipientList: "\ud800",
    });
    expect(socket.request("INVITE").body).toContain("\ufffd");
    socket.answers("INVITE", 486);
    await vi.advanceTimersByTimeAsync(0);
    alone.pass(240_000);
    expect(alone.named("referred").map(({ status }) => status)).toEqual([400, 400]);
    expect(alone.named("refused").map(({ leg, status }) => [leg, status])).toEqual([
      ["three", 486],
      ["two", 400],
    ]);
  });

  test("several are referred by one list", () => {
    const socket = start();
    socket.answers("INVITE", 200, answer);
    alone.agent.refer("one", ["sip:carol@segue.example", "sip:dave@segue.example"]);
    const refer = socket.request("REFER");
    const id = /^<cid:(.+)>$/.exec(header(refer, "Refer-To") ?? "")?.[1];
    expect(header(refer, "Content-ID")).toBe(`<${id}>`);
    expect(header(refer, "Require")).toContain("multiple-refer");
    expect(refer.body).toContain("sip:dave@segue.example");
  });
});
