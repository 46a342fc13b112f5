import packageJson from "../../../package.json" with { type: "json" };
import { defineVerb } from "../cli/verb.ts";
import type { ExitCode } from "../protocol/exitCode.ts";
import { startLanguageServer } from "../language/io/languageServer.io.ts";

/** `language-server`: what every editor starts, ours included. */
export const languageServerVerb = defineVerb({
  name: "language-server",
  positionals: "",
  summary: "Serve an editor: problems, fixes, completion (LSP)",
  description: [
    "Speaks the Language Server Protocol (3.17) on stdin and stdout, for any editor: problems as you type, fixes for one",
    "place or the whole file, hovers, completion, an outline by custom_id. Touches no network and starts no process.",
  ].join("\n"),
  options: {
    stdio: { type: "boolean", help: "Talk on stdin and stdout. That is the only way there is, so it may be left out." },
  },
  examples: [{ command: "vllm-batch language-server --stdio", shows: "What an editor's configuration names" }],
  run: async (_args, cli) => {
    const { stdin: input, stdout: output } = process;
    startLanguageServer({ input, output, programPath: cli.programPath, version: packageJson.version });
    // The connection ends the process, as LSP wants it: with 0 after shutdown and exit, else with 1.
    return await new Promise<ExitCode>(() => undefined);
  },
});
