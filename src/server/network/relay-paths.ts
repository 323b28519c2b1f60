/**
 * The URIs a relay has issued: each for one session of one connection, gone with it or when it expires.
 *
 * RFC 4976 §6.3. The random id in a URI is all that admits a message, so it holds 128 bits; and a connection may
 * speak only as the own URIs it named when it authenticated.
 */
import { formatMsrpUri, sameMsrpUri, sessionIdOf } from "../../wire/msrp-uri.ts";

export type RelayPath<Owner> = {
  /** What Use-Path says. */
  readonly uri: string;
  /** The URI of the endpoint itself, as its AUTH named it. */
  readonly own: string;
  readonly owner: Owner;
  readonly expiresAt: number;
};

export interface RelayPaths<Owner> {
  /** A new path, or the same for longer when `own` has one already. */
  issue(owner: Owner, own: string, expiresAt: number): RelayPath<Owner>;
  /** The path this URI names, if we issued it and it is still valid. */
  find(uri: string | undefined, now: number): RelayPath<Owner> | null;
  /** The path of that endpoint URI, whoever owns it. */
  ofOwn(own: string, now: number): RelayPath<Owner> | null;
  countOf(owner: Owner, now: number): number;
  /** The endpoint URIs they were for. */
  dropAll(owner: Owner): readonly string[];
}

export function createRelayPaths<Owner>(
  relay: { readonly host: string; readonly port: number; readonly tls: boolean },
  freshId: () => string,
): RelayPaths<Owner> {
  const byId = new Map<string, RelayPath<Owner>>();
  const byOwn = new Map<string, RelayPath<Owner>>();
  const byOwner = new Map<Owner, Set<RelayPath<Owner>>>();

  const drop = (path: RelayPath<Owner>): void => {
    byId.delete(sessionIdOf(path.uri) ?? "");
    byOwn.delete(sessionIdOf(path.own) ?? "");
    byOwner.get(path.owner)?.delete(path);
  };

  const valid = (path: RelayPath<Owner> | undefined, now: number): RelayPath<Owner> | null => {
    if (path === undefined || path.expiresAt > now) return path ?? null;
    drop(path);
    return null;
  };

  return {
    issue: (owner, own, expiresAt) => {
      const ownId = sessionIdOf(own) ?? "";
      const old = byOwn.get(ownId);
      if (old !== undefined) drop(old);
      const { host, port, tls } = relay;
      const uri =
        old?.uri ??
        formatMsrpUri({
          scheme: tls ? "msrps" : "msrp",
          user: null,
          host,
          port,
          sessionId: freshId(),
          transport: "tcp",
        });
      const path = { uri, own, owner, expiresAt };
      byId.set(sessionIdOf(uri) ?? "", path);
      byOwn.set(ownId, path);
      const all = byOwner.get(owner) ?? new Set();
      byOwner.set(owner, all.add(path));
      return path;
    },
    find: (uri, now) => {
      const path = valid(byId.get(sessionIdOf(uri) ?? ""), now);
      return path !== null && uri !== undefined && sameMsrpUri(path.uri, uri) ? path : null;
    },
    ofOwn: (own, now) => valid(byOwn.get(sessionIdOf(own) ?? ""), now),
    countOf: (owner, now) => {
      const all = byOwner.get(owner);
      // In the order they were issued, which is that in which they expire, or nearly.
      for (const path of all ?? []) if (valid(path, now) !== null) break;
      return all?.size ?? 0;
    },
    dropAll: (owner) => {
      const all = [...(byOwner.get(owner) ?? [])];
      for (const path of all) drop(path);
      byOwner.delete(owner);
      return all.map(({ own }) => own);
    },
  };
}
