/** Who benchmarks are made with: accounts enough for the largest group. */
import type { Person } from "../server/network/accounts.ts";

const many = 240;

export const benchUsers: readonly Person[] = Array.from({ length: many }, (_none, n) => ({
  user: `user-${n}`,
  name: `U${n} Bench`,
  password: `user-${n}`,
}));
