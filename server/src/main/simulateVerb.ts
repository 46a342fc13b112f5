import { defineVerb, type CliContext } from "../cli/verb.ts";
import { ExitCode } from "../protocol/exitCode.ts";
import { runSimulator } from "../simulator/runSimulator.io.ts";

/** `simulate`: the stand-in for `vllm serve`. Its arguments are vLLM's, so it reads them itself. */
export const simulateVerb = defineVerb({
  name: "simulate",
  positionals: "[MODEL] [vllm serve flags]",
  summary: "a stand-in for `vllm serve`, without a model or a GPU",
  description:
    "Takes the flags of `vllm serve` (0.32), prints its log and answers its HTTP API with made-up texts that say\n" +
    '"simulated". Serves until it is stopped. Unknown flags end it with exit code 2, as they end vLLM.',
  options: {
    timeline: {
      type: "string",
      value: "FILE",
      help: "Scripted faults (JSON, schemas/simulator-timeline.schema.json).",
    },
    "sim-instant": { type: "boolean", help: "Answer at once: a server to measure clients with." },
    "sim-latency-ms": { type: "string", value: "MS", help: "Answer each request after this time, however many." },
    "sim-decode-ms": {
      type: "string",
      value: "MS",
      help: "Time of one step, in which each request gets a token (20).",
    },
    "sim-prefill-tokens-per-second": {
      type: "string",
      value: "N",
      help: "How fast prompts are read (8000; 0: in no time).",
    },
    "sim-speed": { type: "string", value: "FACTOR", help: "Let time pass faster (1)." },
    "sim-output-median": { type: "string", value: "N", help: "Median length of answers that end by themselves (48)." },
    "sim-output-sigma": { type: "string", value: "X", help: "Spread of their log-normal lengths (0.6)." },
    "sim-startup-ms": { type: "string", value: "MS", help: "How long the start takes (0)." },
    "sim-gpu-memory-gib": { type: "string", value: "N", help: "Memory of the simulated GPU (48)." },
    "sim-weights-gib": { type: "string", value: "N", help: "Of it, what the weights take (15)." },
    "sim-gpu-file": { type: "string", value: "FILE", help: "Shares the simulated GPU's memory between processes." },
    "sim-transcription": { type: "boolean", help: "Serve /v1/audio/transcriptions and /v1/audio/translations too." },
  },
  examples: [
    { command: "vllm-batch simulate --port 8000", shows: "a server to try things on" },
    {
      command: "vllm-batch simulate --port 0 --max-num-seqs 64 --sim-speed 10",
      shows: "any free port, ten times as fast",
    },
  ],
  rawArguments: true,
  async run({ positionals }, cli) {
    if (cli.env["VLLM_BATCH_EXIT_WITH_STDIN"] === "1") void exitWithStdin(cli);
    // Any code may come out, as scripted, and sockets that hang on purpose must not keep us here.
    process.exit(await runSimulator(positionals, cli));
  },
});

/** `run --simulate` starts us and holds the other end: when it is gone, however it went, nobody else will stop us. */
async function exitWithStdin(cli: CliContext): Promise<never> {
  const chunks = cli.stdin()[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
  process.exit(ExitCode.ok);
}
