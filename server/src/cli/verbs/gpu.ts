import { readingLine, readingTable } from "../../gpu/describeReading.ts";
import { startGpuStream } from "../../gpu/io/gpuStream.io.ts";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

export const gpu = defineVerb({
  name: "gpu",
  positionals: "",
  summary: "This machine's GPUs: memory, load, temperature, power, and what is wrong with them",
  description: [
    "Asks nvidia-smi, or where there is none rocm-smi, amd-smi or (on a Mac) ioreg, found on your PATH. Changes nothing",
    "on the GPU. A machine without a GPU is no error. With --watch one nvidia-smi runs on and prints each second, until",
    "Ctrl-C; other tools are asked each 5 seconds. A ? stands for what the driver does not tell.",
  ].join("\n"),
  options: {
    watch: { type: "boolean", help: "Go on: a line for each reading, until Ctrl-C." },
    json: { type: "boolean", help: "One JSON document: {at, gpus:[{index, uuid, name, …}], fault, tool}." },
  },
  examples: [
    { command: "vllm-batch gpu", shows: "How much GPU memory is free?" },
    { command: "vllm-batch gpu --watch", shows: "Watch it while a run goes on" },
  ],
  run: async ({ positionals, options }, cli) => {
    if (positionals.length > 0) throw new CliError("gpu takes no arguments, only options.", ExitCode.usage);
    if (options.watch && options.json) {
      throw new CliError("--json prints one document, so it cannot --watch. Leave out one of them.", ExitCode.usage);
    }
    if (options.watch) await watch(cli);
    else {
      const reading = await readGpusOnce({ env: cli.env });
      cli.print(options.json ? JSON.stringify(reading) : readingTable(reading));
    }
    return ExitCode.ok;
  },
});

/** Prints readings until it is interrupted, or until it is clear that there is nothing to watch. */
async function watch(cli: CliContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const forget = cli.onInterrupt(() => resolve(undefined));
  const stream = startGpuStream({
    env: cli.env,
    onReading: (reading) => {
      cli.print(readingLine(reading));
      if (reading.tool === null) resolve(undefined);
    },
  });
  try {
    await promise;
  } finally {
    forget();
    await stream.stop();
  }
}
