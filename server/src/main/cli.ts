#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import packageJson from "../../../package.json" with { type: "json" };
import { runProgram } from "../cli/program.ts";
import { ExitCode } from "../protocol/exitCode.ts";
import { loadVerbs } from "./loadVerbs.ts";
import { processContext } from "./cliContext.ts";

// The program is one file, so that it is also the code of the language server's threads.
if (isMainThread) await runCommand();
else await (await import("../language/io/diskWorker.io.ts")).runDiskTask();

async function runCommand(): Promise<void> {
  // A reader that closes early (`vllm-batch … | head`) ends us quietly, as it does other programs.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? ExitCode.ok : ExitCode.bug);
  });
  const context = processContext(`vllm-batch ${packageJson.version}`, fileURLToPath(import.meta.url));
  const argv = process.argv.slice(2);
  try {
    process.exitCode = await runProgram(await loadVerbs(argv), packageJson.version, argv, context);
  } catch (error) {
    context.say(
      `This is a bug of vLLM Batch; nothing that was saved is lost. Please report it with these lines:\n${
        error instanceof Error ? (error.stack ?? error.message) : String(error)
      }`,
    );
    process.exitCode = ExitCode.bug;
  }
}
