import { ExitCode } from "../../protocol/exitCode.ts";
import type { ManagedEngine } from "../../run/managedEngine.ts";
import { addressText } from "../engine/engineTable.ts";
import { engineStarter } from "../engine/startEngine.ts";
import { untilSettled } from "../engine/untilSettled.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

export const engineStart = defineVerb({
  name: "engine start",
  positionals: "",
  summary: "Start vLLM from a profile, and leave it running for the runs to come",
  description: [
    "Finds vLLM, judges whether the start can work, starts it, shows how far it is, and tries other settings when it does",
    "not start (docs/recovery.md). It is left running when it answers: `run FILE --profile NAME` with the same profile",
    "and model uses it, and looks after it meanwhile. `engine stop` ends it. With --foreground we stay, start it again",
    "when it dies, and end it at Ctrl-C. Exit code 4: it does not start; the reason is said.",
  ].join("\n"),
  options: {
    profile: { type: "string", value: "NAME|PATH", help: "Settings to start it with (default: desktop)." },
    model: { type: "string", value: "NAME", help: "What to load, when the profile does not say." },
    foreground: { type: "boolean", help: "Stay, look after it, and end it at Ctrl-C." },
    trust: { type: "boolean", help: "Agree to what the profile executes, without being asked." },
    json: { type: "boolean", help: "When it answers: one JSON document: {address, profile, model, version}." },
  },
  examples: [
    { command: "vllm-batch engine start --model Qwen/Qwen3-0.6B", shows: "One engine for several runs" },
    {
      command: "vllm-batch engine start --profile conservative --model ./my-model --foreground",
      shows: "Watched here",
    },
  ],
  run: async ({ options }, cli) => {
    const aborter = new AbortController();
    const stopListening = cli.onInterrupt(() => aborter.abort());
    try {
      const engine = await engineStarter(cli, { trust: options.trust })({
        profile: options.profile ?? "desktop",
        recorded: null,
        work: { model: options.model ?? null, file: null, url: null },
        keep: !options.foreground,
        onLine: () => undefined,
        onEvent: ({ event, why }) => event === "rung" && cli.say(`Next try: ${String(why)}.`),
        signal: aborter.signal,
      });
      return await see(engine, options, aborter.signal, cli);
    } finally {
      stopListening();
    }
  },
});

async function see(
  engine: ManagedEngine,
  options: { foreground: boolean; json: boolean },
  signal: AbortSignal,
  cli: CliContext,
): Promise<ExitCode> {
  const seen = { ready: false };
  await untilSettled(engine, signal, () => {
    if (engine.notReady !== null) cli.say(`Waiting for the engine: ${engine.notReady}.`);
    else if (!seen.ready) {
      seen.ready = true;
      tellReady(engine, options.json, cli);
      return !options.foreground;
    }
    return false;
  });
  const { failure } = engine;
  await engine.release();
  if (failure !== null) throw new CliError(failure, ExitCode.engineFailed);
  if (seen.ready) return ExitCode.ok;
  cli.say("Stopped before it was ready; nothing of it is left.");
  return ExitCode.stopped;
}

function tellReady(engine: ManagedEngine, json: boolean, cli: CliContext): void {
  const { address, profile, version, servedModels } = engine;
  if (json) cli.print(JSON.stringify({ address, profile: profile.name, model: servedModels[0] ?? null, version }));
  else cli.say(`It answers: ${servedModels.join(", ")} at ${addressText(engine)}.`);
}
