#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import packageJson from "../../../package.json" with { type: "json" };
import { runProgram } from "../cli/program.ts";
import { verbs } from "../cli/verbs.ts";
import { ExitCode } from "../protocol/exitCode.ts";
import { processContext } from "./cliContext.ts";
import { simulateVerb } from "./simulateVerb.ts";

// A reader that closes early (`vllm-batch … | head`) ends us quietly, as it does other programs.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? ExitCode.ok : ExitCode.bug);
});

const context = processContext(`vllm-batch ${packageJson.version}`, fileURLToPath(import.meta.url));
try {
  process.exitCode = await runProgram([...verbs, simulateVerb], packageJson.version, process.argv.slice(2), context);
} catch (error) {
  context.say(
    `This is a bug of vLLM Batch; nothing that was saved is lost. Please report it with these lines:\n${
      error instanceof Error ? (error.stack ?? error.message) : String(error)
    }`,
  );
  process.exitCode = ExitCode.bug;
}
