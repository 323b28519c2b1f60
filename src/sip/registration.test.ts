/** REGISTER: who this device is, what it is granted, and when it is told no. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { granted, gruu, sdp, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import { header } from "../wire/sip.ts";
import { userAgent } from "./stack.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

describe("registration", () => {
  test("says who this device is, and takes the GRUU as its Contact", () => {
    const socket = alone.signIn();
    const register = socket.request("REGISTER");
    expect(register.uri).toBe("sip:segue.example");
    expect(header(register, "Contact")).toContain(
      '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1',
    );
    expect(header(register, "Contact")).toContain("urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session");
    expect(header(register, "Supported")).toContain("gruu");
    expect(header(register, "Supported")).toContain("outbound");
    expect(header(register, "Supported")).toContain("path");
    expect(header(register, "User-Agent")).toBe(userAgent);
    expect(header(register, "Via")).toMatch(
      /^SIP\/2\.0\/WSS [0-9a-f]{32}\.invalid;branch=z9hG4bK[0-9a-f]{32}$/,
    );
    expect(header(register, "Call-ID")).toMatch(/^[0-9a-f]{32}$/);
    alone.agent.invite({ leg: "one", to: "sip:bob@segue.example", sdp, headers: [], recipientList: null });
    expect(header(socket.request("INVITE"), "Contact")).toContain(`<${gruu}>`);
    expect(header(socket.request("INVITE"), "Supported")).not.toContain("timer");
  });

  test("is refreshed before it ends, once told of", () => {
    const socket = alone.signIn();
    alone.pass(79_000);
    const before = socket.sent.length;
    alone.pass(1_000);
    expect(socket.sent.slice(before).some((text) => text.startsWith("REGISTER"))).toBe(true);
    socket.answers("REGISTER", 200, { headers: granted });
    expect(alone.named("registered")).toHaveLength(1);
  });

  test("answers the one challenge it can", () => {
    alone.agent.start();
    const socket = alone.socket();
    socket.opens();
    const challenge = 'Digest realm="segue.example", nonce="n", qop="auth"';
    socket.answers("REGISTER", 401, {
      headers: [
        ["WWW-Authenticate", `${challenge}, algorithm=MD5`],
        ["WWW-Authenticate", `${challenge}, algorithm=SHA-256`],
      ],
    });
    const proof = header(socket.request("REGISTER"), "Authorization") ?? "";
    expect(proof).toContain('username="alice"');
    expect(proof).toMatch(/cnonce="[0-9a-f]{32}"/);
    expect(header(socket.request("REGISTER"), "CSeq")).toBe("2 REGISTER");
    socket.answers("REGISTER", 401, { headers: [["WWW-Authenticate", `${challenge}, algorithm=MD5`]] });
    expect(alone.events.at(-1)).toEqual({ on: "denied", status: 401 });
    expect(socket.isClosed).toBe(true);
  });

  test("a connection lost between challenge and answer leaves no number used twice", () => {
    alone.agent.start();
    alone.socket().opens();
    alone.socket().answers("REGISTER", 401, {
      headers: [["WWW-Authenticate", 'Digest realm="segue.example", nonce="n", qop="auth"']],
    });
    const first = alone.socket().request("REGISTER");
    alone.socket().closes();
    alone.agent.tryNow();
    alone.socket().opens();
    const second = alone.socket().request("REGISTER");
    expect([first, second].map((one) => header(one, "CSeq"))).toEqual(["2 REGISTER", "3 REGISTER"]);
    expect(header(second, "Call-ID")).toBe(header(first, "Call-ID"));
  });

  test("asks for as long as it has to", () => {
    alone.agent.start();
    const socket = alone.socket();
    socket.opens();
    socket.answers("REGISTER", 423, { headers: [["Min-Expires", "3600"]] });
    expect(header(socket.request("REGISTER"), "Expires")).toBe("3600");
    socket.answers("REGISTER", 200, { headers: granted });
    expect(alone.told()).toEqual(["connecting", "registered"]);
  });

  test("a server that can't now is asked later, not before it says", () => {
    alone.agent.start();
    alone.socket().opens();
    alone.socket().answers("REGISTER", 503, { headers: [["Retry-After", "5"]] });
    expect(alone.events.at(-1)).toEqual({ on: "disconnected", cause: "server", retryAtMs: 5_000 });
    alone.clock.advance(5_000);
    alone.socket().opens();
    alone.socket().answers("REGISTER", 200, { headers: granted });
    expect(alone.sockets).toHaveLength(2);
    expect(alone.told().at(-1)).toBe("registered");
  });

  test("leaving takes the binding back", async () => {
    const socket = alone.signIn();
    const stopped = alone.agent.stop();
    expect(header(socket.request("REGISTER"), "Expires")).toBe("0");
    expect(socket.isClosed).toBe(false);
    socket.answers("REGISTER", 200);
    await stopped;
    expect(socket.isClosed).toBe(true);
  });
});

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
  expect(userAgent).toBe(`Segue/${version}`);
});
