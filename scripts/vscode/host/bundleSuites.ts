import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { root } from "../paths.ts";

/** What VS Code can load into its extension host as tests. */
export const hostBundle: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  external: ["vscode"],
  sourcemap: "inline",
  logLevel: "warning",
};

/** Bundles suite files into one that exports `run()`, as VS Code wants its tests. Gives its path. */
export async function bundleSuites(name: string, files: readonly string[]): Promise<string> {
  const outfile = path.join(root, ".cache", "host", `${name}.cjs`);
  const loads = files.map((file) => `${JSON.stringify(path.basename(file))}: () => import(${JSON.stringify(file)})`);
  await build({
    stdin: {
      contents: `
        import { runSuites } from "./hostMain.ts";
        export const run = () => runSuites({ ${loads.join(", ")} });`,
      resolveDir: path.join(root, "test", "support", "vscode", "host"),
      loader: "ts",
    },
    outfile,
    ...hostBundle,
  });
  return outfile;
}
