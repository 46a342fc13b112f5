import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineEvent, Profile } from "../../../server/src/protocol/engine.ts";
import { EngineHttp } from "../../../server/src/engine/http/engineHttp.io.ts";
import { Supervisor } from "../../../server/src/engine/managed/io/supervisor.io.ts";
import type { Served, SupervisorOrder } from "../../../server/src/engine/managed/order.ts";
import { noGpuWatch } from "../../../server/src/gpu/io/gpuWatch.io.ts";
import { systemClock } from "../../../server/src/util/systemClock.ts";
import { waitFor } from "../../../scripts/waitFor.ts";

const cli = fileURLToPath(new URL("../../../server/src/main/cli.ts", import.meta.url));

const profile: Profile = {
  name: "simulator",
  engine: "simulator",
  vllm: null,
  model: "tiny",
  servedModelName: null,
  flags: {},
  env: {},
  startTimeoutSeconds: 20,
  hangSeconds: 2,
  maxCrashes: 3,
};

export interface Supervised {
  supervisor: Supervisor;
  folder: string;
  events: EngineEvent[];
  lines: string[];
  served: Served[];
  /** Resolves when it answers. Throws when it is given up. */
  ready(): Promise<void>;
  /** A completion; the status, or why there is none. */
  ask(prompt: string, timeoutMs?: number): Promise<number | string>;
  kinds(): string[];
  end(): Promise<void>;
}

/** The simulator, under the supervisor, with these flags beside its own. */
export async function supervise(
  flags: Readonly<Record<string, string>> = {},
  changes: Partial<SupervisorOrder> = {},
  settings: Partial<Profile> = {},
): Promise<Supervised> {
  const folder = await mkdtemp(path.join(tmpdir(), "vb-engine-"));
  const socketPath = path.join(folder, "s");
  const events: EngineEvent[] = [];
  const lines: string[] = [];
  const served: Served[] = [];
  const extra = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const supervisor = new Supervisor(
    {
      id: "test",
      profile: { ...profile, ...settings },
      asked: { ...profile, ...settings },
      model: "tiny",
      servedModel: "tiny",
      version: null,
      logFile: path.join(folder, "engine.log"),
      stateFolder: folder,
      recovers: true,
      keep: false,
      apiKey: "secret",
      launchOf: (settled, address) => ({
        command: process.execPath,
        args: [cli, "simulate", "tiny", "--uds", address.socketPath ?? "", ...extra, ...flagsOf(settled)],
        env: { PATH: process.env["PATH"], VLLM_API_KEY: "secret", VLLM_LOG_STATS_INTERVAL: "1" },
        cwd: folder,
      }),
      newAddress: () => Promise.reject(new Error("No port is in use here.")),
      facts: () => ({
        chosenByUser: new Set(),
        knownFlags: null,
        modelLimit: null,
        attentionHeads: null,
        gpuCount: 0,
        gpuMemory: null,
        worked: null,
      }),
      watchGpus: () => noGpuWatch,
      usedGpus: () => null,
      kernelLines: () => Promise.resolve([]),
      clock: systemClock,
      onLine: (line) => lines.push(line),
      onEvent: (event) => events.push(event),
      onServed: (one) => Promise.resolve(void served.push(one)),
      ...changes,
    },
    { url: "http://localhost", socketPath },
  );
  const http = new EngineHttp({ url: "http://localhost", socketPath }, "secret");
  await supervisor.launched;
  return {
    supervisor,
    folder,
    events,
    lines,
    served,
    ready: async () => {
      await waitFor("the engine to answer", () => {
        if (supervisor.failure !== null) throw new Error(`Given up: ${supervisor.failure}`);
        return supervisor.notReady === null;
      });
    },
    ask: async (prompt, timeoutMs = 15_000) => {
      const body = { model: "tiny", prompt, max_tokens: 4, ignore_eos: true };
      const reply = await http.ask("/v1/completions", { timeoutMs, body });
      return typeof reply === "string" ? reply : reply.statusCode;
    },
    kinds: () => events.map(({ event }) => event),
    end: async () => {
      await supervisor.stop();
      await http.close();
      await rm(folder, { recursive: true });
    },
  };
}

function flagsOf(settled: Profile): string[] {
  return Object.entries(settled.flags).flatMap(([name, value]) =>
    value === false ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
}
