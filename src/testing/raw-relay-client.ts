/**
 * A client of an MSRP relay made of a WebSocket and nothing else: sends the frames a test writes, shows what came. For
 * tests of a relay that want to be ruder than the endpoint of `flow`.
 */
import { WebSocket, type ClientOptions, type RawData } from "ws";
import { relayUri, sign, readChallenge } from "../flow/relay-credentials.ts";
import { freshId } from "../server/system.ts";
import {
  formatFrame,
  headerOf,
  parseFrame,
  type MsrpFrame,
  type MsrpHeader,
  type MsrpRequest,
  type MsrpResponse,
} from "../wire/msrp.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

export interface RawRelayClient {
  /** `msrp://….invalid:2855/…;ws` */
  readonly own: string;
  /** A SEND of that text, from here unless told otherwise. */
  frame(toPath: readonly string[], text: string | Uint8Array, more?: Partial<MsrpRequest>): MsrpRequest;
  send(frame: MsrpFrame): void;
  /** AUTH with digest; the path given, or the status of the refusal. `own`: another URI than this client's. */
  auth(password?: string, own?: string): Promise<string | number>;
  /** The answer to that request; null when the connection was closed instead. */
  answerTo(frame: MsrpRequest): Promise<MsrpResponse | null>;
  /** The next request that came, answered with 200 when it is a SEND. */
  next(): Promise<MsrpRequest>;
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  close(): void;
}

export async function openRawRelayClient(
  url: string,
  user: string,
  options: ClientOptions = {},
): Promise<RawRelayClient> {
  const socket = new WebSocket(url, "msrp", { perMessageDeflate: false, ...options });
  socket.on("error", () => {});
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const frames: MsrpFrame[] = [];
  const waiting: (() => void)[] = [];
  let isClosed = false;
  const wake = (): void => {
    for (const one of waiting.splice(0)) one();
  };
  socket.on("message", (data: RawData) => {
    frames.push(parseFrame(data instanceof Buffer ? data : Buffer.concat(data as Buffer[])));
    wake();
  });
  void closed.finally(() => {
    isClosed = true;
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("close", () => reject(new Error("not opened")));
  });

  async function take<F extends MsrpFrame>(fits: (frame: MsrpFrame) => frame is F): Promise<F | null> {
    for (;;) {
      const at = frames.findIndex(fits);
      const [found] = at < 0 ? [] : frames.splice(at, 1);
      if (found !== undefined && fits(found)) return found;
      if (isClosed) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  const client: RawRelayClient = {
    own: `msrp://${freshId().slice(0, 12)}.invalid:2855/${freshId()};ws`,
    socket,
    closed,
    frame: (toPath, text, more = {}) => ({
      kind: "request",
      tid: freshId(),
      method: "SEND",
      toPath,
      fromPath: [client.own],
      headers: [
        ["Message-ID", freshId()],
        ["Byte-Range", `1-*/${text.length}`],
      ] satisfies readonly MsrpHeader[],
      contentType: "text/plain",
      body: typeof text === "string" ? encodeUtf8(text) : text,
      continuation: "$",
      ...more,
    }),
    send: (frame) => socket.send(formatFrame(frame)),
    auth: async (password = user, own = client.own) => {
      const account = { url, user, password };
      const ask = (headers: readonly MsrpHeader[]): Promise<MsrpResponse | null> => {
        const frame = client.frame([relayUri(account).uri], "", {
          method: "AUTH",
          fromPath: [own],
          headers,
          contentType: null,
          body: null,
        });
        client.send(frame);
        return client.answerTo(frame);
      };
      const first = await ask([]);
      const challenge = first === null ? null : readChallenge(first);
      if (challenge === null) return first?.status ?? 0;
      const { header } = sign(account, { ...challenge, count: 0 }, freshId());
      const second = await ask([["Authorization", header]]);
      return second?.status === 200 ? (headerOf(second, "Use-Path") ?? "") : (second?.status ?? 0);
    },
    answerTo: ({ tid }) => take((one): one is MsrpResponse => one.kind === "response" && one.tid === tid),
    next: async () => {
      const request = await take((one): one is MsrpRequest => one.kind === "request");
      if (request === null) throw new Error(`${user}: closed`);
      if (request.method === "SEND")
        client.send({
          kind: "response",
          tid: request.tid,
          status: 200,
          comment: "OK",
          toPath: request.fromPath.slice(0, 1),
          fromPath: [client.own],
          headers: [],
        });
      return request;
    },
    close: () => socket.terminate(),
  };
  return client;
}
