import { writeFile } from "node:fs/promises";
import { execa } from "execa";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ensureEngine } from "../../../scripts/engine/install.ts";
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import { seededRandom } from "../../../server/src/util/seededRandom.ts";
import { differenceFrom, findingsOf, type Verdict } from "../../support/bodies/agreement.ts";
import { compositeBodies } from "../../support/bodies/composite.ts";
import { audioKinds, generatingKinds, type MadeBody, poolingKinds } from "../../support/bodies/madeBody.ts";
import {
  allKinds,
  readTable,
  tabledBodies,
  tableFile,
  toSigns,
  type VerdictTable,
  writeTable,
} from "../../support/bodies/verdictTable.ts";
import { describeReal, useRealEngine } from "../../support/realEngine.ts";
import { askEngine } from "./askEngine.ts";

/** Another one: `SEED=5 vitest run --project real …`. */
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const compositeCount: Readonly<Partial<Record<BodyKind, number>>> = {
  chat: 1200,
  completion: 800,
  response: 600,
  embedding: 300,
  score: 150,
  rerank: 150,
};
const requestModels = path.resolve(import.meta.dirname, "requestModels.py");

/** Of the engine with a small context: what it refuses for that alone says nothing about the body. */
const smallContext =
  /maximum context length|cannot be greater than max_model_len|greater than max_model_len|less than max_model_len/;

interface Difference {
  what: string;
  body: MadeBody;
  answer: string;
}

/** Everything that was asked, and how we differ. */
class Comparison {
  readonly verdicts = new Map<string, Verdict>();
  readonly falseAlarms: Difference[] = [];
  readonly misses: Difference[] = [];
  asked = 0;

  add(body: MadeBody, verdict: Verdict, answer: string): void {
    this.asked += 1;
    this.verdicts.set(keyOf(body), verdict);
    const findings = findingsOf(body);
    const difference = differenceFrom(verdict, findings);
    if (difference === null || (difference === "miss" && smallContext.test(answer))) return;
    const what = `${body.kind} ${body.place}: ${body.value}`;
    (difference === "miss" ? this.misses : this.falseAlarms).push({ what, body, answer });
  }
}

function keyOf({ kind, place, value }: MadeBody): string {
  return JSON.stringify([kind, place, value]);
}

function* bodiesFor(kinds: readonly BodyKind[]): Generator<MadeBody> {
  for (const kind of kinds) {
    yield* tabledBodies(kind);
    yield* compositeBodies(kind, compositeCount[kind] ?? 0, seededRandom(seed));
  }
}

describeReal("what we say of bodies", () => {
  const comparison = new Comparison();
  const shared = useRealEngine();
  let fields: VerdictTable["fields"] = {};

  beforeAll(async () => {
    console.info(`Composite bodies are of seed ${seed}.`);
    const take = comparison.add.bind(comparison);
    await askEngine(shared.engine.url, bodiesFor(generatingKinds), take);
    await shared.restart({ flags: { runner: "pooling", convert: "embed" } });
    await askEngine(shared.engine.url, bodiesFor(poolingKinds), take);
    fields = await askRequestModels([...bodiesFor(audioKinds)], take);
  }, 20 * 60_000);

  test("is no error where vLLM takes the body", () => {
    expect(comparison.falseAlarms.map(({ what, answer }) => `${what} -> ${answer}`)).toEqual([]);
  });

  test("agrees with vLLM in at least 99.5 % of the cases, and tells why in the rest", () => {
    const { asked, misses } = comparison;
    console.info(`Asked about ${asked} bodies; silent about ${misses.length} that vLLM refuses.`);
    for (const { what, answer } of misses.slice(0, 40)) console.info(`  silent: ${what} -> ${answer}`);
    expect(misses.length / asked).toBeLessThan(0.005);
  });

  test("is what the table of this version keeps for the tests without an engine", async () => {
    const { version } = await ensureEngine();
    const verdicts = Object.fromEntries(allKinds.map((kind) => [kind, toSigns(tabledBodies(kind), verdictOf)]));
    const table: VerdictTable = { vllm: version, fields, verdicts };
    if (process.env["UPDATE_VERDICTS"] === "1") await writeFile(tableFile(version), writeTable(table));
    expect(await readTable(version)).toEqual(table);
  });

  function verdictOf(body: MadeBody): Verdict {
    const verdict = comparison.verdicts.get(keyOf(body));
    if (verdict === undefined) throw new Error(`Nobody asked about ${keyOf(body)}.`);
    return verdict;
  }
});

/** Answers with the names of the fields of all request models. */
async function askRequestModels(
  bodies: readonly MadeBody[],
  onVerdict: (body: MadeBody, verdict: Verdict, answer: string) => void,
): Promise<VerdictTable["fields"]> {
  const { python } = await ensureEngine();
  const input = bodies.map(({ kind, text }) => JSON.stringify([kind, text])).join("\n");
  const { stdout } = await execa(python, [requestModels], { input, timeout: 300_000 });
  const lines = stdout.split("\n");
  // Libraries may say something first.
  const start = lines.findIndex((line) => line.startsWith("{"));
  for (const [index, body] of bodies.entries()) {
    onVerdict(body, lines[start + 1 + index] === "accepted" ? "accepted" : "refused", "request model");
  }
  return JSON.parse(lines[start] ?? "{}") as VerdictTable["fields"];
}
