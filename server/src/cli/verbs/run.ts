import { ExitCode } from "../../protocol/exitCode.ts";
import type { Selection } from "../../protocol/records.ts";
import { startRun } from "../../run/io/startRun.io.ts";
import { defaultRunOptions, type EngineChoice, type StartOptions } from "../../run/startOptions.ts";
import path from "node:path";
import { engineStarter } from "../engine/startEngine.ts";
import { followOptions, followRun } from "../run/followRun.ts";
import { numberOption } from "../run/numbers.ts";
import {
  engineOptions,
  onePositional,
  overrideOptions,
  profileOptions,
  readEngine,
  readOverrides,
} from "../run/runOptions.ts";
import { CliError, defineVerb, type OptionSpecs, type OptionValues } from "../verb.ts";

const options = {
  ...engineOptions,
  ...profileOptions,
  simulate: { type: "boolean", help: "Run on a simulated engine, for trying things out. Its answers mean nothing." },
  "simulate-timeline": { type: "string", value: "FILE", help: "With --simulate: a script of faults to play." },
  out: { type: "string", value: "DIR", help: "The run folder (default: FILE without its ending, .runs/NNN-MODEL)." },
  "in-flight": {
    type: "string",
    value: "N",
    help: "Requests in flight (default: follows the engine's own figures).",
  },
  order: {
    type: "string",
    value: "file|prefix",
    help: "prefix: requests that begin alike go out together, for the engine's prefix cache (default: file).",
  },
  limit: { type: "string", value: "N", help: "Only the first N valid requests." },
  sample: { type: "string", value: "N", help: "Only N valid requests, drawn at random." },
  "sample-seed": { type: "string", value: "N", help: "Another draw for --sample (default: 0)." },
  ...overrideOptions,
  strict: { type: "boolean", help: "Refuse a file with errors instead of leaving those lines out (exit code 3)." },
  "fail-under": {
    type: "string",
    value: "P",
    help: "Exit with 1 when fewer than P per cent were answered (default: 100).",
  },
  "input-order": { type: "boolean", help: "At the end, also write output.ordered.jsonl, in the order of FILE." },
  "max-attempts": { type: "string", value: "N", help: "Tries before a request is given up (default: 5)." },
  "request-timeout": { type: "string", value: "S", help: "Seconds that one answer may take (default: 1800)." },
  "give-up-after": {
    type: "string",
    value: "S",
    help: "Seconds to wait for an engine that is away, before stopping with exit code 4 (default: 1800).",
  },
  foreground: { type: "boolean", help: "Stay until the run ends. This is what always happens for now." },
  ...followOptions,
} as const satisfies OptionSpecs;

export const run = defineVerb({
  name: "run",
  positionals: "FILE",
  summary: "Send a batch file's requests to an engine and save every answer",
  description: [
    "Checks FILE, sends each valid request to the engine, and saves every answer at once in a run folder beside FILE:",
    "output.jsonl (the answers, in the order in which they come), errors.jsonl (requests that failed for good, and why),",
    "run.json and events.jsonl. Lines with errors are never sent; they go to errors.jsonl. FILE is never written.",
    "",
    "When the engine goes away, the run waits and goes on when it is back: no request fails because of that. When this",
    "program is stopped or killed, `vllm-batch resume DIR` goes on. Ctrl-C once: finish what is in flight; twice: now.",
    "",
    "With --profile an engine is started for the run: while FILE is still being checked it loads the model that FILE (or",
    "--model) names. It is watched, and started again when it dies or hangs, with other settings where that helps; what",
    "it says is in engine.log. When nothing helps, the run stops with exit code 4 and the reason, and can be resumed.",
  ].join("\n"),
  options,
  examples: [
    { command: "vllm-batch run requests.jsonl --endpoint http://127.0.0.1:8000", shows: "On a vLLM that is running" },
    { command: "vllm-batch run requests.jsonl --simulate --limit 20", shows: "A dry run, without any engine" },
    { command: "vllm-batch run requests.jsonl --profile desktop", shows: "On a vLLM that is started for it" },
    {
      command: "vllm-batch run requests.jsonl --endpoint https://llm.example.org --api-key-env LLM_KEY",
      shows: "With an API key from the environment variable LLM_KEY",
    },
    {
      command: "vllm-batch run requests.jsonl --endpoint http://127.0.0.1:11434 --map-models",
      shows: "On Ollama, which has the models under names of its own",
    },
  ],
  run: (args, cli) => {
    const input = onePositional(args.positionals, "The batch file", "run");
    const start = readStartOptions(path.resolve(cli.cwd, input), args.options, cli.cwd);
    return followRun(
      (world) => startRun(start, world),
      args.options,
      cli,
      (context) => engineStarter(context, args.options),
    );
  },
});

function readStartOptions(input: string, given: OptionValues<typeof options>, cwd: string): StartOptions {
  const { order = "file", out } = given;
  if (order !== "file" && order !== "prefix") {
    throw new CliError(`--order takes file or prefix, not "${order}".`, ExitCode.usage);
  }
  const inFlight = numberOption("in-flight", given["in-flight"], { min: 1, max: 4096, whole: true });
  const failUnder = numberOption("fail-under", given["fail-under"], { min: 0, max: 100 });
  const maxAttempts = numberOption("max-attempts", given["max-attempts"], { min: 1, whole: true });
  const timeout = numberOption("request-timeout", given["request-timeout"], { min: 0.1 });
  const giveUp = numberOption("give-up-after", given["give-up-after"], { min: 0 });
  return {
    input,
    engine: chooseEngine(given, cwd),
    out: out === undefined ? null : path.resolve(cwd, out),
    selection: readSelection(given),
    overrides: readOverrides(given),
    options: {
      inFlight: inFlight ?? defaultRunOptions.inFlight,
      order,
      failUnder: failUnder ?? defaultRunOptions.failUnder,
      inputOrder: given["input-order"],
      maxAttempts: maxAttempts ?? defaultRunOptions.maxAttempts,
      requestTimeoutMs: timeout === undefined ? defaultRunOptions.requestTimeoutMs : timeout * 1000,
      giveUpAfterMs: giveUp === undefined ? defaultRunOptions.giveUpAfterMs : giveUp * 1000,
    },
    strict: given.strict,
  };
}

function chooseEngine(given: OptionValues<typeof options>, cwd: string): EngineChoice {
  const chosen = readEngine(given, cwd);
  if (given.simulate && chosen !== null) {
    const other = chosen.kind === "attached" ? "--endpoint" : "--profile";
    throw new CliError(`--simulate and ${other} exclude each other.`, ExitCode.usage);
  }
  if (given["keep-engine"] && chosen?.kind !== "managed") {
    throw new CliError("--keep-engine is for an engine that is started with --profile.", ExitCode.usage);
  }
  if (chosen !== null) return chosen;
  if (given.simulate) return { kind: "simulator", timeline: given["simulate-timeline"] ?? null };
  throw new CliError(
    "Where should the requests go? Give --endpoint URL for a server that is running, --profile NAME to have one started " +
      "(`vllm-batch engine profiles` lists them), or --simulate for a try without an engine. " +
      "`vllm-batch doctor` looks for a server on this machine.",
    ExitCode.usage,
  );
}

function readSelection(given: OptionValues<typeof options>): Selection {
  const limit = numberOption("limit", given.limit, { min: 1, whole: true });
  const sample = numberOption("sample", given.sample, { min: 1, whole: true });
  const sampleSeed = numberOption("sample-seed", given["sample-seed"], { min: 0, max: 2 ** 32 - 1, whole: true });
  if (limit !== undefined && sample !== undefined) {
    throw new CliError("--limit and --sample exclude each other.", ExitCode.usage);
  }
  if (sample !== undefined) return { sample, sampleSeed: sampleSeed ?? 0 };
  return limit === undefined ? {} : { limit };
}
