/**
 * How much anybody may ask of the network before others would notice. What is over a bound is refused with a status or
 * close code of its own, and counted with a reason.
 *
 * Made for the open network, with a whole office behind one address; a test of its own load raises them.
 */
export type ConnectionLimits = {
  readonly all: number;
  readonly perAddress: number;
  /** That have not shown yet who they are. */
  readonly strangers: number;
  readonly strangersPerAddress: number;
};

/** Of one connection: so many a second, and so many at once. */
export type RateLimits = {
  readonly messagesPerSecond: number;
  readonly messages: number;
  readonly bytesPerSecond: number;
  readonly bytes: number;
};

export type LoginLimits = {
  /** Wrong passwords until a connection is closed. */
  readonly mostPerConnection: number;
  /** Wrong passwords before the first wait, from one address, and for one user from anywhere. */
  readonly freePerAddress: number;
  readonly freePerUser: number;
  /** Twice as long after each further one, up to the other. */
  readonly waitMs: number;
  readonly maxWaitMs: number;
  /** After so long without a wrong one all is forgotten. */
  readonly forgetMs: number;
};

export type SipQuotas = {
  /** Devices and tabs. */
  readonly bindingsPerUser: number;
  /** Those that are about to be found dead are counted too. */
  readonly connectionsPerUser: number;
  /** Requests of one person that wait for their final answer. */
  readonly transactionsPerUser: number;
  /** Dialogs one person may begin: a proxy is not told when each is over, so it bounds how they come. */
  readonly dialogsPerSecond: number;
  readonly dialogs: number;
  /** Requests that one element of the network has in hand: what is for one person, from everybody. */
  readonly transactions: number;
};

export type RelayQuotas = {
  readonly connectionsPerUser: number;
  /** One frame: 64 KB of content and its headers; a longer chunk must be cut by its sender. */
  readonly frameBytes: number;
  /** Sent by one connection, and not yet taken by whom it was for. */
  readonly inFlightBytes: number;
  /** Waiting for one reader: above it senders wait for their 200. */
  readonly withheldBytes: number;
  /** Waiting for one reader, from everybody; above it nothing more is taken for it. */
  readonly readerBytes: number;
  readonly pathsPerConnection: number;
};

export type NetworkLimits = {
  readonly connections: ConnectionLimits;
  readonly sipRate: RateLimits;
  readonly msrpRate: RateLimits;
  readonly login: LoginLimits;
  readonly sip: SipQuotas;
  readonly relay: RelayQuotas;
};

export const networkLimits: NetworkLimits = {
  connections: { all: 10_000, perAddress: 1_000, strangers: 1_000, strangersPerAddress: 200 },
  sipRate: { messagesPerSecond: 100, messages: 2_000, bytesPerSecond: 1_000_000, bytes: 16_000_000 },
  msrpRate: {
    messagesPerSecond: 5_000,
    messages: 50_000,
    bytesPerSecond: 32_000_000,
    bytes: 256_000_000,
  },
  login: {
    mostPerConnection: 5,
    freePerAddress: 20,
    freePerUser: 10,
    waitMs: 1_000,
    maxWaitMs: 900_000,
    forgetMs: 3_600_000,
  },
  sip: {
    bindingsPerUser: 16,
    connectionsPerUser: 32,
    transactionsPerUser: 200,
    dialogsPerSecond: 5,
    dialogs: 300,
    transactions: 20_000,
  },
  relay: {
    connectionsPerUser: 32,
    frameBytes: 81_920,
    inFlightBytes: 16_777_216,
    withheldBytes: 131_072,
    readerBytes: 33_554_432,
    pathsPerConnection: 4_096,
  },
};
