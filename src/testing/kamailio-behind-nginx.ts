/**
 * Kamailio and nginx in front of it, as `deploy/kamailio` has them: TLS, the app and the WebSocket under one name, with
 * `nginx.conf` as it stands there. Where the relay is `npm run relay`, the `location` of `deploy/relay` stands beside.
 *
 * The name is localhost and the certificate one that nobody trusts unless told to: NODE_EXTRA_CA_CERTS, in a program
 * of its own.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { freePorts, whyNoKamailio } from "./kamailio.ts";
import { startNginx, whyNoNginx, type Nginx } from "./nginx.ts";

export type BehindNginxOptions = {
  /** The built app; nothing: only `config.json` is served. */
  readonly distDir?: string;
  readonly relayBeside?: boolean;
};

export interface BehindNginx {
  /** Of the app: https. */
  readonly url: string;
  readonly network: KamailioNetwork;
  readonly nginx: Nginx;
  /** Another web server in front of the same Kamailio, with something in its configuration another. */
  another(change: (configuration: string) => string): Promise<Nginx>;
  stop(): Promise<void>;
}

export const whyNotBehindNginx = whyNoKamailio ?? whyNoNginx;

const deploy = resolve(import.meta.dirname, "../../deploy");
const tries = 3;

export async function startBehindNginx(options: BehindNginxOptions = {}): Promise<BehindNginx> {
  for (let left = tries; ; left -= 1) {
    try {
      return await start(options);
    } catch (error) {
      // The port was free when its number went into Kamailio's paths.
      if (left <= 1 || !String(error).includes("Address already in use")) throw error;
    }
  }
}

async function start({ distDir, relayBeside = false }: BehindNginxOptions): Promise<BehindNginx> {
  const [tls, plain] = await freePorts();
  const url = `https://localhost:${tls}/`;
  const network = await startKamailioNetwork({
    relayBeside,
    behind: new URL(url).origin,
    change: (file, text) => (file === "local.cfg" ? pathsAt(text, tls) : text),
  });
  const root = mkdtempSync(join(tmpdir(), "segue-web-"));
  const others: Nginx[] = [];
  const end = async (): Promise<void> => {
    await Promise.all([...others.map((one) => one.stop()), network.stop()]);
    rmSync(root, { recursive: true, force: true });
  };
  const servers = relayBeside ? withRelay(network.relay?.url ?? "") : mainServer();
  const places = { "/srv/segue": root, "5066": String(network.kamailio.port) };
  try {
    if (distDir !== undefined) cpSync(distDir, root, { recursive: true });
    writeFileSync(join(root, "config.json"), await appConfig(network, relayBeside));
    const nginx = await startNginx({ ports: [tls, plain], servers, places });
    others.push(nginx);
    return {
      url,
      network,
      nginx,
      another: async (change) => {
        const changed = change(servers);
        if (changed === servers) throw new Error("the configuration of nginx is the same");
        const one = await startNginx({ servers: changed, places });
        others.push(one);
        return one;
      },
      stop: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const mainServer = (): string => readFileSync(join(deploy, "kamailio/nginx.conf"), "utf8");

/** The `location` of the relay's page goes into the `server` of Kamailio's. */
function withRelay(url: string): string {
  const location = readFileSync(join(deploy, "relay/nginx.conf"), "utf8").replace("5090", new URL(url).port);
  return mainServer().replace(/^\tlocation = \/ws \{$/m, (line) => `${location}\n${line}`);
}

/** As the page of `deploy/kamailio` says: paths name the web server. */
const pathsAt = (text: string, port: number): string =>
  text
    .replace("!SEGUE_SCHEME!msrp!", "!SEGUE_SCHEME!msrps!")
    .replace("!SEGUE_HOST!127.0.0.1!", "!SEGUE_HOST!localhost!")
    .replace(/!SEGUE_PORT!\d+!/, `!SEGUE_PORT!${port}!`);

/** As the page says too: both by the host of the app. */
async function appConfig({ url }: KamailioNetwork, relayBeside: boolean): Promise<string> {
  const response = await fetch(new URL("/config.json", url));
  const { presets } = (await response.json()) as { readonly presets: readonly object[] };
  const here = { server: "/ws", relay: relayBeside ? "/msrp" : "/ws" };
  return JSON.stringify({ presets: presets.map((preset) => ({ ...preset, ...here })) });
}
