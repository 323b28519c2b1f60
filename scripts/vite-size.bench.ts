/** What a browser fetches until a chat is open, against the two libraries that no such app could do without. */
import { build, type Plugin, type Rolldown } from "vite";
import { Took, type Act, type Bench } from "../src/testing/bench-measure.ts";
import { fetchedAtStart } from "./vite-size.ts";

const entry = "virtual:libraries";
const code = `
  import { createElement } from "react";
  import { createRoot } from "react-dom/client";
  import { UserAgentCore } from "sip.js/lib/core/index.js";
  createRoot(document.body).render(createElement("p", { title: String(UserAgentCore) }));`;

const libraries: Plugin = {
  name: "segue:libraries",
  resolveId: (id) => (id === entry ? `\0${entry}` : null),
  load: (id) => (id === `\0${entry}` ? code : null),
};

async function gzipBytes(isApp: boolean): Promise<Took> {
  const built = await build({
    logLevel: "silent",
    build: { write: false, target: "es2023", ...(isApp ? {} : { rolldownOptions: { input: entry } }) },
    ...(isApp ? {} : { configFile: false, plugins: [libraries] }),
  });
  const outputs = (Array.isArray(built) ? built : [built]) as readonly Rolldown.RolldownOutput[];
  const chunks = outputs.flatMap(({ output }) => output.filter((file) => file.type === "chunk"));
  return new Took(fetchedAtStart(chunks).reduce((sum, file) => sum + file.gzipBytes, 0));
}

const once = (isApp: boolean): Act => {
  let built: Promise<Took> | null = null;
  return () => (built ??= gzipBytes(isApp));
};

export const benches: readonly Bench[] = [
  {
    part: "client",
    what: "JavaScript until a chat is open, gzip",
    baseline: "React and SIP.js's core alone",
    unit: "bytes",
    turns: 1,
    // To see that it runs, one build of the small one is enough.
    open: (isQuick) => {
      const baseline = once(false);
      return { ours: isQuick ? baseline : once(true), baseline };
    },
  },
];
