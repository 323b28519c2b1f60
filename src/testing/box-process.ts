/** The network in a box as a process of its own, as `npm start` runs it. */
import { startProgram, type ProgramProcess } from "./program-process.ts";

export type BoxProcess = Pick<ProgramProcess, "url" | "port" | "kill">;

/** Rejects when it ends instead. `port` 0: a free one. */
export const startBoxProcess = (port: number, dataDir: string): Promise<BoxProcess> =>
  startProgram("main.ts", ["--port", String(port), "--data", dataDir]);
