import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SimulatorProcess } from "../process/simulatorProcess.ts";
import { describeReal, type SharedEngine, useRealEngine } from "../support/realEngine.ts";
import { API_KEY, logShape, metricLabels, metricTypes, send, shapeOf } from "./simulatorComparison.ts";
import {
  answerDifferences,
  logDifferences,
  missingLabels,
  missingMetrics,
  missingRoutes,
} from "./simulatorDifferences.ts";
import { type Ask, embedAsks, generateAsks } from "./simulatorRequests.ts";

const common = ["--port", "0", "--sim-speed", "20", "--max-model-len", "512", "--served-model-name", "tiny"];

/** A simulator beside the real engine of the enclosing `describe`. */
function useSimulator(...argv: string[]): { readonly url: string; readonly log: string } {
  let simulator: SimulatorProcess | undefined;
  const running = () => {
    if (simulator === undefined) throw new Error("The simulator runs only while tests do.");
    return simulator;
  };
  beforeAll(async () => {
    simulator = await new SimulatorProcess([...common, ...argv]).ready();
  });
  afterAll(async () => await simulator?.kill());
  return {
    get url() {
      return running().url;
    },
    get log() {
      return running().log;
    },
  };
}

/** Asks both and compares what must be equal: the status, the headers that matter, the shape of the body. */
async function expectAgreement(real: SharedEngine, simulated: { url: string }, ask: Ask): Promise<void> {
  const expected = shapeOf(await send(real.engine.url, ask));
  const seen = shapeOf(await send(simulated.url, ask));
  const reason = answerDifferences[ask.name];
  if (reason === undefined) expect(seen).toEqual(expected);
  else expect(isDeepStrictEqual(seen, expected), `no longer true: ${reason}`).toBe(false);
}

/** The simulator has no metric that vLLM has not, of another type or with other labels, and lacks only the listed. */
async function expectSameMetrics(real: SharedEngine, simulated: { url: string }): Promise<void> {
  const ask: Ask = { name: "metrics", method: "GET", path: "/metrics" };
  const realPage = (await send(real.engine.url, ask)).text;
  const simulatedPage = (await send(simulated.url, ask)).text;
  const realTypes = metricTypes(realPage);
  const simulatedTypes = metricTypes(simulatedPage);
  for (const [name, type] of simulatedTypes) expect([name, realTypes.get(name)]).toEqual([name, type]);
  const missing = [...realTypes.keys()].filter((name) => !simulatedTypes.has(name));
  const unlisted = missing.filter((name) => !Object.keys(missingMetrics).some((start) => name.startsWith(start)));
  expect(unlisted).toEqual([]);
  const realLabels = metricLabels(realPage);
  for (const [name, labels] of metricLabels(simulatedPage)) {
    const expected = realLabels.get(name) ?? "";
    if (missingLabels[name] === undefined) expect([name, labels]).toEqual([name, expected]);
    else expect(labels.split(",").filter((label) => !expected.split(",").includes(label))).toEqual([]);
  }
}

function routesIn(log: string): string[] {
  return [...new Set([...log.matchAll(/Route: (\S+), Methods:/g)].map(([, route = ""]) => route))].sort();
}

describeReal("a model that generates", () => {
  const real = useRealEngine({ flags: { "max-num-seqs": 16 }, env: { VLLM_API_KEY: API_KEY } });
  const simulated = useSimulator("--api-key", API_KEY);

  test.each(generateAsks)("$name", async (ask) => {
    await expectAgreement(real, simulated, ask);
  });

  test("metrics", async () => {
    await expectSameMetrics(real, simulated);
  });

  test("the log of the start", async () => {
    const realLines = (await readFile(real.engine.logFile, "utf8")).split("\n").map(logShape);
    // The access log comes later, and uvicorn's own lines by another pipe, so only vLLM's can be in order.
    const lines = simulated.log.split("\n").filter((line) => line !== "" && !line.includes(" HTTP/1.1"));
    const [prefixed, plain] = [true, false].map((is) =>
      lines.filter((line) => line.startsWith("(") === is).map(logShape),
    );
    const isListed = (shape: string) => Object.keys(logDifferences).some((beginning) => shape.startsWith(beginning));
    const strange = [...(prefixed ?? []), ...(plain ?? [])].filter(
      (shape) => !realLines.includes(shape) && !isListed(shape),
    );
    expect(strange).toEqual([]);
    expect(plain).toContain("INFO:     Application startup complete.");
    const places = (prefixed ?? []).map((shape) => realLines.indexOf(shape)).filter((place) => place !== -1);
    expect(places.length).toBeGreaterThanOrEqual(5);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test("the routes", async () => {
    const routes = routesIn(await readFile(real.engine.logFile, "utf8"));
    const own = routesIn(simulated.log);
    expect(own.filter((route) => !routes.includes(route))).toEqual([]);
    expect(routes.filter((route) => !own.includes(route))).toEqual(missingRoutes);
  });
});

describeReal("a model that embeds", () => {
  const real = useRealEngine({ flags: { "max-num-seqs": 16, runner: "pooling", convert: "embed" } });
  const simulated = useSimulator("--runner", "pooling", "--convert", "embed");

  test.each(embedAsks)("$name", async (ask) => {
    await expectAgreement(real, simulated, ask);
  });

  test("metrics", async () => {
    await expectSameMetrics(real, simulated);
  });
});

describe("the table", () => {
  test("has a request for each name, and a reason only for names that exist", () => {
    const names = [...generateAsks, ...embedAsks].map((ask) => ask.name);
    expect(generateAsks.length + embedAsks.length).toBeGreaterThan(180);
    expect(Object.keys(answerDifferences).filter((name) => !names.includes(name))).toEqual([]);
  });
});
