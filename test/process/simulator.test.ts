import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { errorCodeOf, messageOf, property } from "../../server/src/util/unknown.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { freshFolder, SimulatorProcess, timelineArguments } from "./simulatorProcess.ts";

const started: SimulatorProcess[] = [];

afterEach(async () => {
  const all = started.splice(0);
  await Promise.all(all.map((simulator) => simulator.kill()));
  // Node's own warnings have no place in vLLM's log.
  for (const simulator of all) expect(simulator.log).not.toContain("(node:");
});

function start(...argv: string[]): SimulatorProcess {
  const simulator = new SimulatorProcess(["--port", "0", "--sim-speed", "50", ...argv]);
  started.push(simulator);
  return simulator;
}

async function startWith(events: object[], ...argv: string[]): Promise<SimulatorProcess> {
  return await start(...(await timelineArguments({ events })), ...argv).ready();
}

/** Empty for a process that is over. */
async function commandLine(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return "";
    throw error;
  }
}

/** What became of a request: its status, or "broken" when the connection was. */
async function fate(answer: Promise<Response>): Promise<number | "broken"> {
  try {
    const response = await answer;
    await response.text();
    return response.status;
  } catch (error) {
    if (messageOf(error).includes("timeout")) throw error;
    return "broken";
  }
}

describe("start", () => {
  test("says in vLLM's order what vLLM says, and ends with 0 when asked to", async () => {
    const simulator = await start("--served-model-name", "a", "b").ready();
    const order = [
      "vLLM server version 0.32.0+simulated, serving model tiny",
      "non-default args: {",
      "Resolved architecture: ",
      "Using max model len ",
      "Initializing a V1 LLM engine",
      "Starting to load model tiny...",
      "Model loading took ",
      "Available KV cache memory: ",
      "GPU KV cache size: ",
      "init engine (profile, create kv cache, warmup model) took ",
      "Supported tasks: ['generate']",
      "Starting vLLM server on http://127.0.0.1:",
      "Available routes are:",
      "Route: /health, Methods: GET",
    ];
    const places = order.map((text) => simulator.log.indexOf(text));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    simulator.child.kill("SIGTERM");
    expect(await simulator.exited).toEqual({ code: 0, signal: null });
    expect(simulator.log).toContain("[shutdown] API server: shutdown triggered");
    expect(simulator.log).toContain("INFO:     Application shutdown complete.");
  });

  test("refuses an unknown flag with argparse's words and exit code 2", async () => {
    const simulator = start("--no-such-flag");
    expect(await simulator.exited).toEqual({ code: 2, signal: null });
    expect(simulator.log).toContain("vllm: error: unrecognized arguments: --no-such-flag");
  });

  test("refuses a timeline with a mistake", async () => {
    const simulator = start(...(await timelineArguments({ events: [{ when: {}, do: { kind: "boom" } }] })));
    expect(await simulator.exited).toEqual({ code: 2, signal: null });
    expect(simulator.log).toContain("timeline.events[0].do.kind must be one of status,");
  });

  test("ends with 1 when the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = property(other.address(), "port");
    const simulator = start("--port", String(port));
    expect(await simulator.exited).toEqual({ code: 1, signal: null });
    expect(simulator.log).toContain("OSError: [Errno 98] Address already in use");
    other.close();
  });

  test("can be stopped while it loads", async () => {
    const simulator = start("--sim-startup-ms", "60000");
    await waitFor("the loading", () => simulator.log.includes("Starting to load model"));
    simulator.child.kill("SIGTERM");
    expect(await simulator.exited).toEqual({ code: 0, signal: null });
    expect(simulator.log).not.toContain("Application startup complete.");
  });

  test.each([
    [{ kind: "out-of-memory" }, 1, "torch.OutOfMemoryError: CUDA out of memory."],
    [{ kind: "kv-cache-too-small", estimatedMaxModelLen: 333 }, 1, "the estimated maximum model length is 333."],
    [{ kind: "exit", exitCode: 7, log: ["No GPU here."] }, 7, "No GPU here."],
  ])("fails as told: %j", async (fault, code, text) => {
    const simulator = start(...(await timelineArguments({ startup: { fault } })));
    expect((await simulator.exited).code).toBe(code);
    expect(simulator.log).toContain(text);
    expect(simulator.log).not.toContain("Application startup complete.");
  });
});

describe("requests", () => {
  test("answers are marked, and the connection stays open without a word about it", async () => {
    const simulator = await start().ready();
    const response = await fetch(`${simulator.url}/health`);
    expect(response.headers.get("x-simulated")).toBe("true");
    const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
    socket.write("GET /version HTTP/1.1\r\nhost: x\r\n\r\n");
    let text = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    await waitFor("the answer", () => text.includes("+simulated"));
    expect(text.toLowerCase()).not.toMatch(/keep-alive|connection:/);
    // uvicorn's time-out of idle connections, which clients can run into.
    const beganMs = performance.now();
    await once(socket, "close");
    expect(performance.now() - beganMs).toBeGreaterThan(4000);
    expect(performance.now() - beganMs).toBeLessThan(8000);
  });

  test("a fixed latency is kept, however many ask", async () => {
    const simulator = await start("--sim-latency-ms", "300").ready();
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: 20 }, (_, index) => fate(simulator.complete(`n ${index}`))));
    const tookMs = performance.now() - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(299);
    expect(tookMs).toBeLessThan(1500);
  });

  test("a client that goes away is forgotten", async () => {
    const simulator = await start("--sim-speed", "1").ready();
    const gone = new AbortController();
    const asked = fetch(`${simulator.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "x", max_tokens: 4000, ignore_eos: true }),
      signal: gone.signal,
    });
    await waitFor("it to run", async () => (await simulator.metric("vllm:num_requests_running")) === 1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await waitFor("it to be gone", async () => (await simulator.metric("vllm:num_requests_running")) === 0);
    expect(await simulator.metric('vllm:request_success_total{engine="0",finished_reason="abort"')).toBe(1);
  });

  test("a stop breaks off what is in flight, or lets it end when there is time", async () => {
    const hasty = await start("--sim-latency-ms", "1000").ready();
    const patient = await start("--sim-latency-ms", "1000", "--shutdown-timeout", "10").ready();
    const fates = [fate(hasty.complete("x")), fate(patient.complete("x"))];
    for (const simulator of [hasty, patient]) {
      await waitFor("it to run", async () => (await simulator.metric("vllm:num_requests_running")) === 1);
      simulator.child.kill("SIGTERM");
    }
    expect(await Promise.all(fates)).toEqual(["broken", 200]);
    expect(await Promise.all([hasty.exited, patient.exited])).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });
});

describe("faults of one request", () => {
  const first = { request: 1 };

  test("429 with Retry-After, then all is well", async () => {
    const simulator = await startWith([{ when: first, do: { kind: "status", status: 429, retryAfterSeconds: 2 } }]);
    const refused = await simulator.complete("x");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
    await refused.text();
    expect(await fate(simulator.complete("x"))).toBe(200);
  });

  test("a 500 without a body", async () => {
    const simulator = await startWith([{ when: first, do: { kind: "status", status: 500, body: "" } }]);
    const answer = await simulator.complete("x");
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
  });

  test("a window of 503", async () => {
    const simulator = await startWith([{ when: { afterMs: 0, forMs: 1500 }, do: { kind: "status", status: 503 } }]);
    expect(await fate(simulator.complete("x"))).toBe(503);
    await waitFor("the end of the window", async () => (await fate(simulator.complete("x"))) === 200);
  });

  test("a reset before the first byte", async () => {
    const simulator = await startWith([{ when: first, do: { kind: "reset" } }]);
    expect(await fate(simulator.complete("x"))).toBe("broken");
    expect(await fate(simulator.complete("x"))).toBe(200);
  });

  test("a body and a stream that are cut", async () => {
    const simulator = await startWith([{ when: { toRequest: 2 }, do: { kind: "cut", after: 2 } }]);
    expect(await fate(simulator.complete("x"))).toBe("broken");
    const stream = await simulator.complete("x", { stream: true, max_tokens: 20 });
    await expect(stream.text()).rejects.toThrow();
  });

  test("an aborted answer, and a slow one", async () => {
    const simulator = await startWith([
      { when: { request: 1 }, do: { kind: "abort" } },
      { when: { request: 2 }, do: { kind: "trickle", bytesPerSecond: 1000 } },
    ]);
    expect(await (await simulator.complete("x")).text()).toContain('"finish_reason":"abort"');
    const beganMs = performance.now();
    const slow = await (await simulator.complete("x")).text();
    expect(JSON.parse(slow)).toHaveProperty("choices");
    // One piece of 100 bytes each 100 ms, the first at once.
    expect(performance.now() - beganMs).toBeGreaterThan(Math.floor((slow.length - 1) / 100) * 95);
  });
});

describe("faults of the whole", () => {
  test.each([
    [
      { kind: "crash", exitCode: 1 },
      { code: 1, signal: null },
    ],
    [
      { kind: "crash", exitCode: 0 },
      { code: 0, signal: null },
    ],
    [
      { kind: "crash", signal: "SIGKILL" },
      { code: null, signal: "SIGKILL" },
    ],
    [
      { kind: "crash", signal: "SIGSEGV" },
      { code: null, signal: "SIGSEGV" },
    ],
  ])("%j at the third request", async (action, exit) => {
    const simulator = await startWith([{ when: { request: 3 }, do: action }]);
    expect(await fate(simulator.complete("x"))).toBe(200);
    expect(await fate(simulator.complete("x"))).toBe(200);
    expect(await fate(simulator.complete("x"))).toBe("broken");
    expect(await simulator.exited).toEqual(exit);
  });

  test("by the clock", async () => {
    const simulator = await startWith([{ when: { afterMs: 200 }, do: { kind: "crash", exitCode: 3 } }]);
    expect((await simulator.exited).code).toBe(3);
  });

  test.each([{ exitCode: 1 }, { signal: "SIGKILL" }])(
    "with last words of the timeline, and no others: %j",
    async (how) => {
      const log = ["RuntimeError: NCCL error: unhandled cuda error"];
      const simulator = await startWith([{ when: { afterMs: 200 }, do: { kind: "crash", ...how, log } }]);
      await simulator.exited;
      const errors = simulator.log.split("\n").filter((line) => line.includes(" ERROR "));
      expect(errors).toEqual([expect.stringMatching(/^\(EngineCore pid=\d+\) ERROR .* RuntimeError: NCCL error/)]);
    },
  );

  test("a poison request kills the engine: 500 for all in flight, then the door is shut, exit code 0", async () => {
    const simulator = await startWith(
      [{ when: { prompt: "poison-1" }, do: { kind: "engine-death" } }],
      "--sim-latency-ms",
      "20000",
    );
    const bystander = simulator.complete("harmless");
    await waitFor("it to run", async () => (await simulator.metric("vllm:num_requests_running")) === 1);
    const victim = await simulator.complete("take this: poison-1");
    expect([victim.status, await victim.text()]).toEqual([
      500,
      '{"error":{"message":"EngineCore encountered an issue. See stack trace (above) for the root cause.",' +
        '"type":"InternalServerError","param":null,"code":500}}',
    ]);
    expect(await fate(bystander)).toBe(500);
    expect(await simulator.exited).toEqual({ code: 0, signal: null });
    expect(await fate(simulator.complete("x"))).toBe("broken");
    expect(simulator.log).toContain("EngineDeadError: EngineCore encountered an issue.");
  });

  test("a dead engine behind a server that stays", async () => {
    const simulator = await startWith([{ when: { request: 2 }, do: { kind: "engine-death", keepServing: true } }]);
    await fate(simulator.complete("x"));
    await fate(simulator.complete("x"));
    await waitFor("503", async () => (await fetch(`${simulator.url}/health`)).status === 503);
    expect(await fate(simulator.complete("x"))).toBe(500);
  });

  test("a hang: healthy, old figures, no answer", async () => {
    const simulator = await startWith([{ when: { request: 1 }, do: { kind: "hang", forMs: 600_000 } }]);
    const hanging = fate(simulator.complete("x"));
    await waitFor("it to hang", async () => (await simulator.metric("vllm:num_requests_running")) === 1);
    expect((await fetch(`${simulator.url}/health`)).status).toBe(200);
    const steps = await simulator.metric("vllm:iteration_tokens_total_count");
    expect(await simulator.metric("vllm:iteration_tokens_total_count")).toBe(steps);
    await simulator.kill();
    expect(await hanging).toBe("broken");
  });

  test("a hang that ends", async () => {
    const simulator = await startWith([{ when: { request: 1 }, do: { kind: "hang", forMs: 1000 } }]);
    const beganMs = performance.now();
    expect(await fate(simulator.complete("x"))).toBe(200);
    expect(performance.now() - beganMs).toBeGreaterThan(950);
  });

  test("an orphan holds the GPU's memory until it is gone", async () => {
    const gpu = path.join(await freshFolder(), "gpu.json");
    const crash = { kind: "crash", signal: "SIGKILL", orphan: true };
    const first = await startWith([{ when: { request: 1 }, do: crash }], "--sim-gpu-file", gpu);
    expect(await fate(first.complete("x"))).toBe("broken");
    await first.exited;
    const second = start("--sim-gpu-file", gpu);
    expect((await second.exited).code).toBe(1);
    expect(second.log).toMatch(/Free memory on device cuda:0 \([\d.]+\/48\.00 GiB\) on startup is less than desired/);
    const holders = property(JSON.parse(await readFile(gpu, "utf8")), "holders");
    const orphan = Array.isArray(holders) ? property(holders[0], "pid") : undefined;
    if (typeof orphan !== "number") throw new Error("Nobody holds the memory.");
    expect((await commandLine(orphan)).split("\0")[0]).toBe("VLLM::EngineCore");
    process.kill(orphan, "SIGKILL");
    // A zombie, or nothing: either way without a command line.
    await waitFor("the orphan's end", async () => (await commandLine(orphan)) === "");
    await start("--sim-gpu-file", gpu).ready();
  });
});
