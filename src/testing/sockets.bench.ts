/**
 * What people wait for, over sockets on loopback: the box, against the least there could be, a bare WebSocket server
 * that passes the same bytes the same way; or against Kamailio.
 */
import { performance } from "node:perf_hooks";
import { Took, type Act, type Bench } from "./bench-measure.ts";
import { benchServer, boxWay, kamailioWay, openBare, type Way } from "./bench-network.ts";
import { answers, phoneOf, talkOn, userOf } from "./bench-people.ts";

/** One side: what is done again and again, and how it is put away. */
type Side = { readonly act: Act; readonly close: () => void | Promise<void> };

type Job = {
  readonly what: string;
  readonly turns?: number;
  /** The same on any network. */
  readonly on: (way: Way, isQuick: boolean) => Promise<Side>;
  readonly bare: string;
  readonly onBare: (port: number, isQuick: boolean) => Promise<Side>;
};

/** There and back so many times at once; each ends when it has come back. */
async function bareTrips(
  port: number,
  path: string,
  message: string | Uint8Array,
  many: number,
): Promise<Side> {
  const one = await openBare(port, path);
  const other = path === "/echo" ? null : await openBare(port, path);
  if (other !== null) other.onMessage = () => other.send("SIP/2.0 200 OK");
  return {
    act: () =>
      new Promise<void>((done) => {
        let left = many;
        one.onMessage = () => {
          left -= 1;
          if (left === 0) done();
        };
        for (let n = 0; n < many; n += 1) one.send(message);
      }),
    close: async () => {
      await Promise.all([one.close(), other?.close()]);
    },
  };
}

const sipText = "x".repeat(400);

async function options(way: Way): Promise<Side> {
  const phone = await phoneOf(way, 0);
  return {
    act: () => {
      phone.send(phone.request("OPTIONS", "sip:segue.example"));
      return phone.takeResponse("OPTIONS");
    },
    close: () => phone.close(),
  };
}

async function messages(way: Way, many: number): Promise<Side> {
  const [one, other] = await Promise.all([phoneOf(way, 0), phoneOf(way, 1)]);
  answers(other, "MESSAGE");
  const send = async (): Promise<void> => {
    one.send(
      one.request("MESSAGE", `sip:${userOf(1)}@segue.example`, {
        more: [["Content-Type", "text/plain"]],
        body: "Are you there?",
      }),
    );
    const { status } = await one.takeResponse("MESSAGE");
    if (status !== 200) throw new Error(`MESSAGE ${status}`);
  };
  return {
    act: () => Promise.all(Array.from({ length: many }, send)),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}

async function saying(way: Way, bytes: number): Promise<Side> {
  const talk = await talkOn(way);
  const body = new Uint8Array(bytes).fill(0x61);
  return { act: () => talk.say(body), close: () => talk.close() };
}

/** The same bytes in the same pieces, and a word back once the last is there. */
async function bareBytes(port: number, bytes: number): Promise<Side> {
  const [one, other] = [await openBare(port, "/bytes"), await openBare(port, "/bytes")];
  const piece = new Uint8Array(8_192);
  let left = 0;
  other.onMessage = (length) => {
    left -= length;
    if (left <= 0) other.send("done");
  };
  return {
    act: () =>
      new Promise<void>((done) => {
        left = bytes;
        one.onMessage = () => done();
        for (let sent = 0; sent < bytes; sent += piece.length)
          one.send(piece.subarray(0, Math.min(piece.length, bytes - sent)));
      }),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}

/** From nothing to signed in; leaving is not counted. */
function signIn(way: Way): Side {
  return {
    act: async () => {
      const began = performance.now();
      const phone = await phoneOf(way, 0);
      const took = performance.now() - began;
      await phone.close();
      return new Took(took * 1e6);
    },
    close: () => {},
  };
}

function bareSignIn(port: number): Side {
  return {
    act: async () => {
      const began = performance.now();
      const socket = await openBare(port, "/echo");
      await new Promise<void>((done) => {
        socket.onMessage = () => done();
        socket.send(sipText);
      });
      const took = performance.now() - began;
      await socket.close();
      return new Took(took * 1e6);
    },
    close: () => {},
  };
}

const eightMb = (isQuick: boolean): number => (isQuick ? 80_000 : 8_000_000);

const jobs: readonly Job[] = [
  {
    what: "OPTIONS there and back",
    on: options,
    bare: "a bare echo of 400 B",
    onBare: (port) => bareTrips(port, "/echo", sipText, 1),
  },
  {
    what: "MESSAGE to somebody and its 200",
    on: (way) => messages(way, 1),
    bare: "the same way through a bare server",
    onBare: (port) => bareTrips(port, "/message", sipText, 1),
  },
  {
    what: "50 MESSAGEs at once",
    on: (way) => messages(way, 50),
    bare: "the same way through a bare server",
    onBare: (port) => bareTrips(port, "/messages", sipText, 50),
  },
  {
    what: "signed in by digest",
    turns: 60,
    on: async (way) => signIn(way),
    bare: "a bare socket opened, one echo",
    onBare: async (port) => bareSignIn(port),
  },
  {
    what: "a text of 200 B by MSRP, until reported",
    on: (way) => saying(way, 200),
    bare: "the same way through a bare server",
    onBare: (port) => bareTrips(port, "/text", sipText, 1),
  },
  {
    what: "8 MB by MSRP, until reported",
    on: (way, isQuick) => saying(way, eightMb(isQuick)),
    bare: "the same pieces through a bare server",
    onBare: (port, isQuick) => bareBytes(port, eightMb(isQuick)),
  },
];

async function sides(ours: Promise<Side>, theirs: Promise<Side>): Promise<ReturnType<Bench["open"]>> {
  const [mine, baseline] = await Promise.all([ours, theirs]);
  return {
    ours: mine.act,
    baseline: baseline.act,
    close: async () => {
      await mine.close();
      await baseline.close();
    },
  };
}

const common = ({ what, turns }: Job): Pick<Bench, "part" | "what" | "turns"> => ({
  part: "sockets",
  what,
  ...(turns === undefined ? {} : { turns }),
});

export const benches: readonly Bench[] = jobs.map((job) => ({
  ...common(job),
  baseline: job.bare,
  open: async (isQuick) => {
    const { box, barePort } = await benchServer();
    return sides(job.on(box, isQuick), job.onBare(barePort, isQuick));
  },
}));

export const kamailioBenches: readonly Bench[] = jobs.map((job) => ({
  ...common(job),
  baseline: "the same through Kamailio",
  open: async (isQuick) => {
    const [box, kamailio] = await Promise.all([boxWay(), kamailioWay()]);
    return sides(job.on(box, isQuick), job.on(kamailio, isQuick));
  },
}));
