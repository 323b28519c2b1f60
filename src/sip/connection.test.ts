/** The connection: waits, silence, late timers. */
import { describe, expect, test } from "vitest";
import { agentAlone, granted, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

describe("a connection", () => {
  test("waits longer each time, and starts over after success", () => {
    alone.agent.start();
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      alone.socket().closes();
      const { retryAtMs } = alone.named("disconnected").at(-1) ?? { retryAtMs: 0 };
      waits.push(retryAtMs - alone.clock.now());
      alone.clock.advance(retryAtMs - alone.clock.now());
    }
    for (const [n, wait] of waits.entries()) {
      const full = Math.min(8_000, 1_000 * 2 ** n);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
    alone.socket().opens();
    alone.socket().answers("REGISTER", 200, { headers: granted });
    alone.socket().closes();
    expect((alone.named("disconnected").at(-1)?.retryAtMs ?? 0) - alone.clock.now()).toBeLessThanOrEqual(
      1_000,
    );
  });

  test("one that does not open is given up", () => {
    alone.agent.start();
    alone.clock.advance(100);
    expect(alone.told()).toEqual(["connecting", "disconnected"]);
    expect(alone.socket().isClosed).toBe(true);
    alone.socket().opens();
    expect(alone.socket().sent).toEqual([]);
  });

  test("is asked, asked again, and then dead", () => {
    const socket = alone.signIn();
    alone.clock.advance(1_000);
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    alone.clock.advance(100);
    expect(socket.request("OPTIONS").uri).toBe("sip:segue.example");
    alone.clock.advance(100);
    expect(alone.told().slice(-1)).toEqual(["disconnected"]);
  });

  test("lives by whatever comes in", () => {
    const socket = alone.signIn();
    alone.clock.advance(1_000);
    socket.says("\r\n");
    alone.clock.advance(1_050);
    socket.answers("REGISTER", 200);
    alone.clock.advance(1_000);
    expect(alone.told()).toEqual(["connecting", "registered"]);
  });

  test("a timer that fires late proves nothing", () => {
    const socket = alone.signIn();
    alone.clock.advance(1_000);
    alone.clock.sleep(30_000);
    alone.clock.advance(0);
    alone.clock.sleep(30_000);
    alone.clock.advance(0);
    expect(alone.told()).toEqual(["connecting", "registered"]);
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    alone.clock.advance(200);
    expect(alone.told().at(-1)).toBe("disconnected");
  });

  test("is asked now when told to, and made now while waiting", () => {
    const socket = alone.signIn();
    alone.agent.tryNow();
    expect(socket.sent.at(-1)).toBe("\r\n\r\n");
    socket.closes();
    alone.agent.tryNow();
    expect(alone.sockets).toHaveLength(2);
  });

  test("CRLFCRLF is answered, in text and in bytes", () => {
    const socket = alone.signIn();
    for (const data of ["\r\n\r\n", encodeUtf8("\r\n\r\n"), encodeUtf8("\r\n\r\n").buffer]) {
      socket.says(data);
      expect(socket.sent.at(-1)).toBe("\r\n");
    }
  });

  test("a URL that no socket can be made of", () => {
    alone = agentAlone(() => {
      throw new SyntaxError("nonsense");
    });
    alone.agent.start();
    expect(alone.told()).toEqual(["connecting", "disconnected"]);
  });
});
