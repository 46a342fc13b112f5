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

/**
 * Seven eighths of the extension's code are needed only where there is a batch file. esbuild splits no CommonJS, so the
 * import() of that part becomes the require() of a bundle of its own: starting takes a quarter of the time.
 */
const separateLanguageClient = {
  name: "separate-language-client",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /\/languageClient\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./languageClient.cjs", external: true } : undefined,
    );
  },
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
  entryPoints: {
    extension: "client/src/extension.ts",
    languageClient: "client/src/languageClient/languageClient.ts",
  },
  // VS Code loads .cjs at once; an ES module would first start a thread for the hooks that give it `vscode`.
  outExtension: { ".js": ".cjs" },
  target: "node22",
  format: "cjs",
  minify: true,
  external: ["vscode"],
  plugins: [separateLanguageClient],
  supported: { "dynamic-import": false },
});
execFileSync(process.execPath, ["dist/cli.js", "--version"], { stdio: "ignore" });
