/**
 * Properties with the same inputs in each run, so that a test that passes here passes everywhere.
 *
 * `SEED=7 RUNS=5000 npm run unit src/wire` looks further.
 */
import fc from "fast-check";

const { SEED = "1", RUNS } = process.env;

fc.configureGlobal({ seed: Number(SEED), ...(RUNS === undefined ? {} : { numRuns: Number(RUNS) }) });

export { fc };
