// Builds dist/: `npm run build`. Exits with 1 when a bundle cannot be made or does not start.
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { generate } from "./scripts/generate.ts";

const shared = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  legalComments: "none",
  sourcemap: "linked",
  logLevel: "warning",
};

await generate();
await build({
  ...shared,
  entryPoints: { cli: "server/src/main/cli.ts" },
  target: "node24",
  format: "esm",
  minifySyntax: true,
  // undici and ajv are CommonJS and reach Node's modules by require().
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
await build({
  ...shared,
  entryPoints: { extension: "client/src/extension.ts" },
  // VS Code loads .cjs at once; an ES module would first start a thread for the hooks that give it `vscode`.
  outExtension: { ".js": ".cjs" },
  target: "node22",
  format: "cjs",
  minify: true,
  external: ["vscode"],
});
execFileSync(process.execPath, ["dist/cli.js", "--version"], { stdio: "ignore" });
