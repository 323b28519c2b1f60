/** How much the groups of one host keep together, so that nobody fills the disk by having many. */

export interface Share {
  /** Bytes of the host's other groups. */
  elsewhere(): number;
  keeps(bytes: number): void;
  /** The group is over. */
  gone(): void;
}

export function createShares(): (conference: string, host: string) => Share {
  const hosts = new Map<string, Map<string, number>>();
  return (conference, host) => ({
    elsewhere: () => {
      let sum = 0;
      for (const [other, bytes] of hosts.get(host) ?? []) if (other !== conference) sum += bytes;
      return sum;
    },
    keeps: (bytes) => {
      const groups = hosts.get(host) ?? new Map<string, number>();
      hosts.set(host, groups.set(conference, bytes));
    },
    gone: () => {
      const groups = hosts.get(host);
      groups?.delete(conference);
      if (groups?.size === 0) hosts.delete(host);
    },
  });
}
