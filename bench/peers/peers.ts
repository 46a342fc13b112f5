import { messageOf } from "../../server/src/util/unknown.ts";
import { type Bench, type BenchResult, median, result } from "../bench.ts";
import { runBareClient } from "../support/runBareClient.ts";
import { startBenchServer } from "../support/startBenchServer.ts";
import { withFolder } from "../support/withFolder.ts";
import { smallRequest, writeRequestFile } from "../support/requestFile.ts";
import path from "node:path";
import { askedAgain } from "./askedAgain.ts";
import type { Contender } from "./contender.ts";
import { curator } from "./curator.ts";
import { flexllm } from "./flexllm.ts";
import { ours } from "./ours.ts";
import { runTrial, warmUp, type Outcome, type Trial } from "./trial.ts";

const IN_FLIGHT = 64;
const LATENCY_MS = 200;
/** Answers this long before the kill can no longer be on their way. */
const GRACE_MS = 50;
/** A batch gateway written in Go, with its queue in Redis, was seen at a third of a bare client loop. */
const GATEWAY_SHARE = 0.33;

/** The same work for this project and for its peers, side by side on one server. */
export function peers(scale: number): Bench {
  const requests = Math.max(4 * IN_FLIGHT, Math.round(2000 * scale));
  const floorSeconds = (Math.ceil(requests / IN_FLIGHT) * LATENCY_MS) / 1000;
  const trial = (server: Trial["server"], kill = false): Trial => ({ requests, inFlight: IN_FLIGHT, server, kill });

  return {
    name: "peers",
    about: `${requests} chat requests, ${IN_FLIGHT} at once, on one server: this project beside other programs that run a file of prompts.`,
    async run(log) {
      const { ready, skipped } = await installAll([flexllm, curator], log);
      const all = [ours, ...ready];
      return [
        ...(await steady(all)),
        ...(await quick(ready)),
        ...(await killed(all)),
        ...(await away(all, 5)),
        ...(await away(all, 30)),
        ...skipped,
      ];
    },
  };

  async function steady(all: readonly Contender[]): Promise<BenchResult[]> {
    const rows: BenchResult[] = [];
    for (const contender of all) {
      const seconds = await repeat(contender === ours ? 3 : 1, async () => {
        return whole(contender, await runTrial(contender, trial({ latencyMs: LATENCY_MS }))).seconds;
      });
      const bar = contender === ours ? ({ comparison: "<=", value: 1.05 } as const) : null;
      const detail = `${list(seconds)} s from the first request to the last saved answer; floor ${floorSeconds} s (${Math.ceil(requests / IN_FLIGHT)} rounds)`;
      rows.push(
        result(`${contender.name}: ${LATENCY_MS} ms server`, median(seconds) / floorSeconds, "× floor", bar, detail),
      );
    }
    return rows;
  }

  async function quick(others: readonly Contender[]): Promise<BenchResult[]> {
    const rates = new Map<Contender | "bare", number[]>();
    const add = (who: Contender | "bare", rate: number) => rates.set(who, [...(rates.get(who) ?? []), rate]);
    for (let round = 0; round < 5; round += 1) {
      add("bare", await bareRate(requests));
      // curator takes 20 s to start, and its rate is not in any bar.
      for (const contender of [ours, ...(round === 0 ? others : others.filter((one) => one === flexllm))]) {
        const { seconds } = whole(contender, await runTrial(contender, trial({ latencyMs: 0 })));
        add(contender, requests / seconds);
      }
    }
    const rate = (who: Contender | "bare") => median(rates.get(who) ?? []);
    const raw = (who: Contender | "bare") => `${list(rates.get(who) ?? [])} requests/s`;
    const gateway = GATEWAY_SHARE * rate("bare");
    const detail = `${raw(ours)}; bare client loop ${raw("bare")}, of which a batch gateway reaches ${GATEWAY_SHARE}`;
    return [
      result("vLLM Batch: no-latency server, against a batch gateway", rate(ours) / gateway, "×", atLeast(1.2), detail),
      ...others.map((one) => {
        const name = `vLLM Batch: no-latency server, against ${one.name}`;
        const bar = one === flexllm ? atLeast(6) : null;
        return result(name, rate(ours) / rate(one), "×", bar, `${raw(ours)}; ${one.name} ${raw(one)}`);
      }),
    ];
  }

  async function killed(all: readonly Contender[]): Promise<BenchResult[]> {
    const rows: BenchResult[] = [];
    for (const contender of all) {
      const outcome = await runTrial(contender, trial({ latencyMs: LATENCY_MS }, true));
      const killedAtMs = outcome.killedAtMs ?? Number.NaN;
      const again = askedAgain(outcome.log, killedAtMs, GRACE_MS);
      const raw = askedAgain(outcome.log, killedAtMs, Number.NEGATIVE_INFINITY);
      const name = `${contender.name}: asked again after SIGKILL at half way`;
      const detail = `answers delivered more than ${GRACE_MS} ms before the kill; ${raw} counting those of the last moment; ${requests - outcome.saved} of ${requests} lost`;
      rows.push(result(name, again, "requests", contender === ours ? atMost(0) : null, detail));
    }
    return rows;
  }

  async function away(all: readonly Contender[], outageSeconds: number): Promise<BenchResult[]> {
    const rows: BenchResult[] = [];
    const allowed = 1.5 + 1.1 * (floorSeconds + outageSeconds);
    for (const contender of all) {
      const outcome = await runTrial(contender, trial({ latencyMs: LATENCY_MS, outageMs: outageSeconds * 1000 }));
      const isOurs = contender === ours;
      const name = `${contender.name}: ${outageSeconds} s of 503 from half way`;
      const lost = requests - outcome.saved;
      const ended = `exit code ${outcome.exitCode ?? "none"}`;
      rows.push(result(`${name}, lost`, lost, "requests", isOurs ? atMost(0) : null, `of ${requests}; ${ended}`));
      const detail = `floor ${floorSeconds} s + outage ${outageSeconds} s; allowed 1.5 s + 10 % more`;
      rows.push(result(`${name}, time`, outcome.seconds, "s", isOurs ? atMost(allowed) : null, detail));
    }
    return rows;
  }
}

async function installAll(all: readonly Contender[], log: (line: string) => void) {
  const ready: Contender[] = [];
  const skipped: BenchResult[] = [];
  for (const contender of all) {
    try {
      await contender.install(log);
      ready.push(contender);
    } catch (error) {
      const reason = `skipped: ${messageOf(error).slice(-300)}`;
      skipped.push(result(`${contender.name}: could not be installed`, Number.NaN, "", null, reason));
    }
  }
  return { ready, skipped };
}

/** A figure of speed counts only where the work was done. */
function whole(contender: Contender, outcome: Outcome): Outcome {
  const asked = new Set(outcome.log.flatMap((entry) => entry.key ?? [])).size;
  if (outcome.saved === asked) return outcome;
  throw new Error(
    `${contender.name} saved ${outcome.saved} of ${asked} answers (exit code ${outcome.exitCode ?? "none"}).`,
  );
}

async function bareRate(requests: number): Promise<number> {
  const server = await startBenchServer({ latencyMs: 0 });
  try {
    await warmUp(server);
    return await withFolder(async (folder) => {
      const file = path.join(folder, "input.jsonl");
      await writeRequestFile(file, requests, smallRequest);
      return runBareClient(server.url, file, IN_FLIGHT);
    });
  } finally {
    await server.stop();
  }
}

async function repeat<T>(times: number, once: () => Promise<T>): Promise<T[]> {
  const values: T[] = [];
  for (let i = 0; i < times; i += 1) values.push(await once());
  return values;
}

const list = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4))).join(", ");
const atMost = (value: number) => ({ comparison: "<=", value }) as const;
const atLeast = (value: number) => ({ comparison: ">=", value }) as const;
