/**
 * How the app is built, served while developing, and how its unit tests run.
 *
 * `base: "./"`: the built app works under any path of any static host.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { network } from "./scripts/vite-network.ts";
import { reportSize } from "./scripts/vite-size.ts";

export default defineConfig({
  base: "./",
  plugins: [react(), network(), reportSize()],
  build: {
    outDir: "dist",
    target: "es2023",
    sourcemap: false,
    reportCompressedSize: false,
    // What every page needs comes as one file, also where parts that are fetched later share it: it packs better so.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "start", tags: ["$initial"], test: (id) => !/index\.html|main\.tsx/.test(id) }],
        },
      },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    restoreMocks: true,
    // Many tests wait for a network's answer or a timer, so two cores are kept busy by four.
    maxWorkers: 4,
    // Ends what hangs; a machine that is busy with other things is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
