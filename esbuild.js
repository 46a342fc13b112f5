// Builds dist/: `npm run build`. Exits with 1 when a bundle cannot be made or does not start.
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { generate } from "./scripts/generate.ts";

await generate();
await build({
  entryPoints: { cli: "server/src/main/cli.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minifySyntax: true,
  legalComments: "none",
  sourcemap: "linked",
  logLevel: "warning",
  // undici and ajv are CommonJS and reach Node's modules by require().
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
execFileSync(process.execPath, ["dist/cli.js", "--version"], { stdio: "ignore" });
