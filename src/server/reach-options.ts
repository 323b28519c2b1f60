/**
 * The options that say where a server is reached and by whom, the same for the box and for the relay alone.
 *
 * Refused, each in one sentence: to be reached from elsewhere without TLS or a proxy that has it (decision 28); a port,
 * domain, URL, origin, certificate or proxy that can't be used.
 */
import type { Followed } from "./follow-files.ts";
import type { Tls } from "./front-door.ts";
import { isRealm } from "./accounts-file.ts";
import { readText } from "./option-files.ts";
import { readNumber } from "./option-numbers.ts";
import { createReach, isLoopbackHost, type ReachOptions } from "./reach.ts";

const none: string[] = [];

export const reachFlags = {
  port: { type: "string" },
  host: { type: "string", default: "127.0.0.1" },
  domain: { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  "behind-proxy": { type: "boolean", default: false },
  "public-url": { type: "string" },
  "trusted-proxy": { type: "string", multiple: true, default: none },
  origin: { type: "string", multiple: true, default: none },
} as const;

/** `url`: an example of what people type. */
export const reachUsage = (
  url: string,
): string => `  --cert F --key F     TLS with this certificate and its key (PEM)
  --behind-proxy       TLS ends at a proxy in front, which is reached at
  --public-url URL     ${url}
  --trusted-proxy A    its address or network, if it is on another machine
  --origin ORIGIN      another page that may use this server: https://app.example.org
`;

export type ReachFlags = {
  readonly port: string;
  readonly host: string;
  readonly domain: string;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly "behind-proxy": boolean;
  readonly "public-url"?: string | undefined;
  readonly "trusted-proxy": readonly string[];
  readonly origin: readonly string[];
};

export type Listening = Omit<ReachOptions, "isLoopback" | "tls"> & {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  readonly tls?: Tls;
};

/** PEM, both. */
export type CertificateFiles = { readonly cert: string; readonly key: string };

export type ReadReach = {
  readonly listening: Listening;
  /** Others than the people of this machine get here. */
  readonly isPublic: boolean;
  readonly certificate: CertificateFiles | null;
};

/** Throws Error in words for whoever typed it. */
export function readReach(given: ReachFlags): ReadReach {
  const { host, port, domain, cert, key, origin: origins, "behind-proxy": behindProxy } = given;
  const { "public-url": publicUrl, "trusted-proxy": trustedProxies } = given;
  const isLoopback = isLoopbackHost(host);

  const portNumber = readNumber("--port", port, 0, 65_535);
  if (!isRealm(domain)) throw new Error(`--domain ${domain}: a domain in lower case is needed.`);
  if ((cert === undefined) !== (key === undefined)) throw new Error("--cert and --key are needed together.");
  if (behindProxy && cert !== undefined)
    throw new Error("--behind-proxy and --cert exclude each other: behind a proxy this server speaks plain.");
  if (behindProxy && publicUrl === undefined)
    throw new Error("--behind-proxy needs --public-url https://…, the address that people type.");
  if (publicUrl !== undefined && !behindProxy && cert === undefined)
    throw new Error("--public-url is for --behind-proxy or --cert.");
  if (publicUrl !== undefined && !isPublicUrl(publicUrl))
    throw new Error(`--public-url ${publicUrl}: https:// and a name are needed, and nothing after the path.`);
  if (trustedProxies.length > 0 && !behindProxy) throw new Error("--trusted-proxy is for --behind-proxy.");
  const wrong = origins.find((one) => !isOrigin(one));
  if (wrong !== undefined) throw new Error(`--origin ${wrong}: one like https://app.example.org is needed.`);
  if (!isLoopback && cert === undefined && !behindProxy)
    throw new Error(
      `--host ${host} is reached from other machines, so it needs --cert and --key, or --behind-proxy and --public-url https://….`,
    );

  const reach = {
    ...(publicUrl === undefined ? {} : { publicUrl: new URL(publicUrl).href }),
    behindProxy,
    trustedProxies,
    origins,
  };
  createReach({ ...reach, isLoopback, tls: cert !== undefined });
  const certificate = cert === undefined || key === undefined ? null : { cert, key };
  return {
    isPublic: !isLoopback || behindProxy,
    certificate,
    listening: {
      ...reach,
      host,
      port: portNumber,
      domain,
      ...(certificate === null ? {} : { tls: readCertificate(certificate) }),
    },
  };
}

export const readCertificate = ({ cert, key }: CertificateFiles): Tls => ({
  cert: readText(cert),
  key: readText(key),
});

/** A renewed one, for connections from then on. */
export const followCertificate = (
  files: CertificateFiles | null,
  setCertificate: (tls: Tls) => void,
): readonly Followed[] =>
  files === null
    ? []
    : [
        {
          what: "Certificate",
          files: [files.cert, files.key],
          takeUp: () => setCertificate(readCertificate(files)),
        },
      ];

function isPublicUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "https:" && url.username === "" && url.search === "" && url.hash === "";
}

const isOrigin = (text: string): boolean =>
  /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase();
