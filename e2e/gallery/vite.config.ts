/** Serves the gallery; it is no part of the product's build. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  cacheDir: "../../.cache/vite-gallery",
  server: { host: "127.0.0.1", port: 0, fs: { allow: ["../.."] } },
});
