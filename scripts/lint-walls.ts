/**
 * Proves that the walls stand: plants one violation at a time and sees each refused.
 *
 * Works on a copy in a temporary folder, removed at the end whatever happens; the work tree is never touched.
 * Each planted file is linted by the rules of `npm run lint`, and compiled as part of its folder where the compiler
 * must refuse it too. A violation that nobody refuses, and a refusal that does not name the planted file, end in
 * failure. So does a pattern with look-around: the linter's regular expressions have none, and such a pattern matches
 * nothing, silently.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

type Plant = {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  /** What the linter must name; `types`: the compiler must refuse it too. */
  readonly rule: string;
  readonly types: boolean;
};

const plants: readonly Plant[] = [
  {
    what: "a setTimeout in wire",
    file: "src/wire/planted.ts",
    text: "export const later = (then: () => void): void => void setTimeout(then, 1);\n",
    rule: "no-restricted-globals",
    types: true,
  },
  {
    what: "a clock in flow",
    file: "src/flow/planted.ts",
    text: "export const now = (): number => Date.now();\n",
    rule: "no-restricted-globals",
    types: false,
  },
  {
    what: "a random number in client",
    file: "src/client/planted.ts",
    text: "export const id = (): number => Math.random();\n",
    rule: "no-restricted-properties",
    types: false,
  },
  {
    what: "an import of client in server",
    file: "src/server/planted.ts",
    text: 'import type { Chat } from "../client/model.ts";\nexport type Planted = Chat;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of client deeper in server",
    file: "src/server/focus/planted.ts",
    text: 'import type { Chat } from "../../client/model.ts";\nexport type Planted = Chat;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of server in client",
    file: "src/client/planted.ts",
    text: 'import type { Box } from "../server/network-in-a-box.ts";\nexport type Planted = Box;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of server deeper in client",
    file: "src/client/check/planted.ts",
    text: 'import type { Box } from "../../server/network-in-a-box.ts";\nexport type Planted = Box;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of the network in check",
    file: "src/check/planted.ts",
    text: 'import type { Box } from "../server/network-in-a-box.ts";\nexport type Planted = Box;\n',
    rule: "no-restricted-imports",
    types: false,
  },
  {
    what: "an import of ui in check",
    file: "src/check/planted.ts",
    text: 'import { words } from "../ui/words.ts";\nexport const planted = words;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of sip in ui",
    file: "src/ui/planted.ts",
    text: 'import type { Agent } from "../sip/agent.ts";\nexport type Planted = Agent;\n',
    rule: "no-restricted-imports",
    types: false,
  },
  {
    what: "an import of flow in wire",
    file: "src/wire/planted.ts",
    text: 'import type { Clock } from "../flow/clock.ts";\nexport type Planted = Clock;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "a library more in wire",
    file: "src/wire/planted.ts",
    text: 'export { createStore } from "zustand/vanilla";\n',
    rule: "no-restricted-imports",
    types: false,
  },
  {
    what: "an import of sip in flow",
    file: "src/flow/planted.ts",
    text: 'import type { Agent } from "../sip/agent.ts";\nexport type Planted = Agent;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of client in sip",
    file: "src/sip/planted.ts",
    text: 'import type { Chat } from "../client/model.ts";\nexport type Planted = Chat;\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "an import of sip.js outside sip",
    file: "src/client/planted.ts",
    text: 'import { UserAgent } from "sip.js";\nexport const planted = UserAgent;\n',
    rule: "no-restricted-imports",
    types: false,
  },
  {
    what: "an import of a test",
    file: "src/testing/planted.ts",
    text: 'import "../flow/extend.test.ts";\n',
    rule: "no-restricted-imports",
    types: true,
  },
  {
    what: "a floating promise",
    file: "src/server/planted.ts",
    text: "const work = async (): Promise<number> => 1;\nexport function planted(): void {\n  work();\n}\n",
    rule: "no-floating-promises",
    types: false,
  },
  {
    what: "a cycle",
    file: "src/flow/planted.ts",
    text: 'import { there } from "./planted-there.ts";\nexport const here = (): unknown => there;\n',
    rule: "no-cycle",
    types: false,
  },
];

/** The other half of the cycle. */
const there = {
  file: "src/flow/planted-there.ts",
  text: 'import { here } from "./planted.ts";\nexport const there = (): unknown => here;\n',
};

const root = process.cwd();
const copy = mkdtempSync(join(tmpdir(), "segue-walls-"));

const run = (...command: readonly string[]): { readonly refused: boolean; readonly text: string } => {
  const done = spawnSync("npm", [...command], {
    cwd: copy,
    encoding: "utf8",
    shell: process.platform === "win32",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  return { refused: done.status !== 0, text: done.stdout + done.stderr };
};

function plant(it: Plant): string | null {
  const files = it.rule === "no-cycle" ? [it, there] : [it];
  try {
    for (const { file, text } of files) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    const lint = run("exec", "--", "oxlint", it.file);
    if (!lint.refused) return "the linter let it pass";
    if (!lint.text.includes(it.rule) || !lint.text.includes(it.file))
      return `the linter failed, but not for ${it.rule} in ${it.file}:\n${lint.text}`;
    if (!it.types) return null;
    const [folder = ""] = /^src\/[a-z]+/.exec(it.file) ?? [];
    const types = run("exec", "--", "tsc", "-b", folder);
    if (!types.refused) return "the compiler let it pass";
    return types.text.includes(it.file) ? null : `the compiler failed elsewhere:\n${types.text}`;
  } finally {
    for (const { file } of files) rmSync(join(copy, file), { force: true });
  }
}

function main(): number {
  const parts = ["src", "e2e", "scripts", ".cache/types"].filter((path) => existsSync(join(root, path)));
  const files = [
    "package.json",
    ".oxlintrc.json",
    "tsconfig.json",
    "tsconfig.base.json",
    "tsconfig.tests.json",
    "vite.config.ts",
    "playwright.config.ts",
  ];
  for (const path of [...parts, ...files])
    cpSync(join(root, path), join(copy, path), { recursive: true, force: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");

  if (readFileSync(join(root, ".oxlintrc.json"), "utf8").includes("(?")) {
    console.error(".oxlintrc.json: a pattern with look-around matches nothing.");
    return 1;
  }
  let passed = 0;
  for (const it of plants) {
    const problem = plant(it);
    console.log(problem === null ? `refused  ${it.what} (${it.rule})` : `PASSED   ${it.what}: ${problem}`);
    if (problem !== null) passed += 1;
  }
  console.log(passed === 0 ? `${plants.length} violations planted, all refused` : `${passed} not refused`);
  return passed === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
