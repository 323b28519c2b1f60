/**
 * A back-to-back user agent between people and their network, as a session border controller is: the app, SIP and MSRP
 * at one address, in front of a box or a Kamailio with doors. What it does to SIP is in `b2bua-calls.ts`; MSRP goes
 * through byte by byte, since its paths are the relay's.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer, type RawData } from "ws";
import { pathOf } from "../server/http.ts";
import { freshId } from "../server/system.ts";
import { createB2buaCalls, type B2buaCalls, type Side } from "./b2bua-calls.ts";

/** One message of SIP on one side of it. */
export type B2buaHop = {
  readonly user: string;
  readonly side: Side;
  /** `in`: to the B2BUA. */
  readonly way: "in" | "out";
  readonly text: string;
};

export interface B2bua {
  /** Of the app, as from the network itself. */
  readonly url: string;
  readonly hops: readonly B2buaHop[];
  /** Of all users together. */
  open(): ReturnType<B2buaCalls["open"]>;
  stop(): Promise<void>;
}

export type B2buaOptions = {
  /** `url` of the network behind it. */
  readonly network: string;
  /** What `config.json` says of it to the app. */
  readonly behindB2bua?: boolean;
  /** There is one hop more. */
  readonly onHop?: () => void;
};

const protocols: ReadonlySet<string> = new Set(["sip", "msrp"]);

export async function startB2bua({ network, behindB2bua, onHop }: B2buaOptions): Promise<B2bua> {
  const hops: B2buaHop[] = [];
  const users = new Map<string, B2buaCalls>();
  const acceptor = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const web = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = await fetch(new URL(request.url ?? "/", network));
    const body = Buffer.from(await page.arrayBuffer());
    const kept = ["content-type", "content-security-policy"].flatMap((name) => page.headers.get(name) ?? []);
    const [type = "text/plain", policy] = kept;
    response.writeHead(page.status, {
      "Content-Type": type,
      ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
    });
    response.end(pathOf(request) === "/config.json" ? configOf(body) : body);
  }

  function configOf(body: Buffer): string {
    const config = JSON.parse(body.toString("utf8")) as { readonly presets: readonly object[] };
    const presets = config.presets.map((preset) => ({ ...preset, behindB2bua: behindB2bua === true }));
    return JSON.stringify({ ...config, presets });
  }

  web.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const protocol = pathOf(request).slice(1);
    if (!protocols.has(protocol)) return stream.destroy();
    const behind = new WebSocket(new URL(protocol, network.replace(/^http/, "ws")), protocol, {
      perMessageDeflate: false,
    });
    behind.on("error", () => stream.destroy());
    behind.once("open", () =>
      acceptor.handleUpgrade(request, stream, head, (user) => {
        const ends: Ends = { user, network: behind };
        for (const side of ["user", "network"] as const)
          closeTogether(ends[side], ends[side === "user" ? "network" : "user"]);
        if (protocol === "sip") joinSip(ends);
        else joinBytes(ends);
      }),
    );
  });

  /** Who it is the first REGISTER says; until then nothing is mapped that outlives the connection. */
  function joinSip(ends: Ends): void {
    let name = "unknown";
    let calls = createB2buaCalls(freshId);
    const seen = (side: Side, way: B2buaHop["way"], text: string): void => {
      hops.push({ user: name, side, way, text });
      onHop?.();
    };
    for (const side of ["user", "network"] as const)
      ends[side].on("message", (data: Buffer) => {
        const text = data.toString("utf8");
        if (text.trim() === "") return send(ends[side === "user" ? "network" : "user"], text);
        const registers = /^REGISTER [^]*?^From:[^\r\n]*?sips?:([^@;>\s]+)@/im.exec(text)?.[1];
        if (registers !== undefined && registers !== name) {
          name = registers;
          calls = users.get(name) ?? calls;
          users.set(name, calls);
        }
        seen(side, "in", text);
        for (const out of calls.receive(side, text)) {
          seen(out.to, "out", out.text);
          send(ends[out.to], out.text);
        }
      });
  }

  const port = await new Promise<number>((resolve, reject) => {
    web.once("error", reject);
    web.listen(0, "127.0.0.1", () => resolve((web.address() as AddressInfo).port));
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    hops,
    open: () => {
      const all = [...users.values()].map((calls) => calls.open());
      const sum = (of: keyof (typeof all)[number]): number => all.reduce((total, one) => total + one[of], 0);
      return { calls: sum("calls"), subscriptions: sum("subscriptions"), transactions: sum("transactions") };
    },
    stop: () => stop(web, acceptor),
  };
}

type Ends = Readonly<Record<Side, WebSocket>>;

const send = (to: WebSocket, data: RawData | string, binary = false): void => {
  if (to.readyState === WebSocket.OPEN) to.send(data, { binary });
};

function joinBytes({ user, network }: Ends): void {
  user.on("message", (data: RawData, binary) => send(network, data, binary));
  network.on("message", (data: RawData, binary) => send(user, data, binary));
}

function closeTogether(one: WebSocket, other: WebSocket): void {
  one.on("close", () => other.close());
  one.on("error", () => other.terminate());
}

async function stop(web: Server, acceptor: WebSocketServer): Promise<void> {
  for (const client of acceptor.clients) client.terminate();
  web.closeAllConnections();
  await new Promise((done) => web.close(done));
}
