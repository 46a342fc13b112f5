import { describe, expect, test } from "vitest";
import { readTranscript } from "../../../../../server/src/engine/diagnose/transcript/readTranscript.ts";

const read = (...lines: string[]) => readTranscript(lines.join("\n"));
const exceptions = (...lines: string[]) => read(...lines).failures.filter((failure) => failure.kind === "exception");
const bare = "(Worker_TP1 pid=312) ERROR 02-09 11:02:13 [worker.py:7] ValueError: too small";

describe("what other programs put in front", () => {
  test.each([
    ["nothing", bare],
    [
      "colours, with and without their escape character",
      `\u001b[1;36m(Worker_TP1 pid=312)\u001b[0;0m ERROR 02-09 11:02:13 [worker.py:7] [31mValueError: too small[0m`,
    ],
    ["docker compose", `vllm-1  | ${bare}`],
    ["journald", `Feb 09 11:02:13 gpu7 vllm[4410]: ${bare}`],
    ["journald in German and Chinese", `Mai 16 06:06:06 gpu7 vllm[4410]: ${bare}`],
    ["journald with ISO times", `2026-02-09T11:02:13+0100 gpu7 vllm[4410]: ${bare}`],
    ["Kubernetes", `2026-02-09T11:02:13.123456789Z stderr F ${bare}`],
    ["kubectl logs --prefix", `[pod/vllm-0/vllm] ${bare}`],
    ["a clock", `[11:02:13] ${bare}`],
    ["docker's JSON", JSON.stringify({ log: `${bare}\n`, stream: "stderr" })],
    ["CR at the end", `${bare}\r`],
    ["a progress bar that redraws itself", `Loading: 50%|##  | 1/2\rLoading: 100%|####| 2/2\r${bare}`],
    ["no opening bracket", bare.replace("[worker", "worker")],
    ["a date with its year", bare.replace("02-09 11", "2026-02-09 11")],
  ])("%s is taken off", (_name, line) => {
    const found = exceptions(line);
    expect(found).toMatchObject([
      { type: "ValueError", message: "too small", process: "Worker_TP1", pid: 312, source: "worker.py:7", line: 1 },
    ]);
  });

  test("old and foreign names of processes are read", () => {
    expect(exceptions(bare.replace("Worker_TP1 pid", "VllmWorker rank=1 pid"))[0]).toMatchObject({
      process: "VllmWorker_1",
      pid: 312,
    });
    expect(exceptions("(RayWorkerWrapper pid=9, ip=10.0.0.2) ValueError: x")[0]).toMatchObject({
      process: "RayWorkerWrapper",
      pid: 9,
    });
    expect(exceptions("[rank3]: ValueError: x")[0]).toMatchObject({ process: "rank3" });
  });

  test("kernel and systemd are told from the engine", () => {
    const { lines } = read(
      "May 16 06:08:51 gpu7 kernel: oom",
      "May 16 06:08:51 gpu7 systemd[1]: Stopped",
      "[81233.119021] oom",
      bare,
    );
    expect(lines.map((line) => line.origin)).toEqual(["kernel", "system", "kernel", "engine"]);
  });
});

describe("lines broken at the width of a terminal", () => {
  const wrap = (text: string, width: number): string[] => text.match(new RegExp(`.{1,${String(width)}}`, "gs")) ?? [];

  test("are joined", () => {
    const long = `${bare} ${"for the cache of this model ".repeat(6)}`;
    const lines = [1, 2, 3].flatMap((second) => wrap(long.replace("02:13", `02:1${String(second)}`), 80));
    expect(exceptions(...lines).map((failure) => failure.message.length)).toEqual(
      Array(3).fill(long.length - bare.length + "too small".length - " ".length),
    );
    expect(exceptions(...lines)[1]?.line).toBe(lines.length / 3 + 1);
  });

  test("are left alone where long lines are chance", () => {
    const lines = Array.from({ length: 30 }, (_, at) => "x".repeat(40 + at));
    expect(read(...lines).lines).toHaveLength(30);
  });
});

describe("tracebacks", () => {
  const of = (pid: number, ...lines: string[]) =>
    lines.map((line) => `(Worker_TP${String(pid)} pid=${String(pid)}) ERROR 02-09 11:02:13 [w.py:1] ${line}`);
  const one = of(
    1,
    "WorkerProc failed to start.",
    "Traceback (most recent call last):",
    '  File "/v/a.py", line 3, in load_model',
    "    x()",
    "ValueError: one",
    "  with more",
  );
  const two = of(
    2,
    "WorkerProc failed to start.",
    "Traceback (most recent call last):",
    '  File "/v/b.py", line 3, in init_device',
    "    y()",
    "    ^^^",
    "KeyError: 'two'",
  );

  test("of two processes are put together although their lines alternate", () => {
    const mixed = one.flatMap((line, at) => [line, two[at] ?? ""]);
    expect(
      exceptions(...mixed).map(({ type, message, frames, title }) => [type, message, frames[0]?.name, title]),
    ).toEqual([
      ["ValueError", "one\n  with more", "load_model", "WorkerProc failed to start."],
      ["KeyError", "'two'", "init_device", "WorkerProc failed to start."],
    ]);
  });

  test("raised from each other are one chain, others are not", () => {
    const link = "The above exception was the direct cause of the following exception:";
    const chained = exceptions(
      "Traceback (most recent call last):",
      "OSError: a",
      "",
      link,
      "",
      "Traceback (most recent call last):",
      "ValueError: b",
      "Process X:",
      "Traceback (most recent call last):",
      "TypeError: c",
    );
    const [first, second, third] = chained.map((failure) => failure.chain);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  test("cut off at the top are read from their frames on", () => {
    expect(exceptions('  File "/v/a.py", line 3, in execute_model', "    x()", "RuntimeError: late")).toMatchObject([
      { type: "RuntimeError", frames: [{ name: "execute_model" }] },
    ]);
  });

  test("behind a title on the same line, as version 0.8 writes them", () => {
    const found = exceptions(
      ...[
        "EngineCore hit an exception: Traceback (most recent call last):",
        '  File "/v/a.py", line 3, in run',
        "ValueError: x",
      ].map((line) => `ERROR 03-21 19:23:35 [core.py:340] ${line}`),
    );
    expect(found).toMatchObject([{ type: "ValueError", isFatal: true }]);
  });

  test("of requests and of closing are not fatal", () => {
    const ready = "INFO:     Application startup complete.";
    const request = [
      "ERROR 02-09 11:02:13 [serving_chat.py:2] Error in preprocessing prompt inputs",
      "ERROR 02-09 11:02:13 [serving_chat.py:2] ValueError: too long",
    ];
    const asgi = [
      "ERROR:    Exception in ASGI application",
      "Traceback (most recent call last):",
      '  File "/s/starlette/routing.py", line 1, in app',
      "ValueError: x",
    ];
    expect(exceptions(ready, ...request, ...asgi).map((failure) => failure.isFatal)).toEqual([false, false]);
  });
});

describe("runs", () => {
  const greeting = (pid: number) => [
    `(APIServer pid=${String(pid)}) INFO 02-09 11:00:00 [api_server.py:1] vLLM API server version 0.14.0`,
    `(APIServer pid=${String(pid)}) INFO 02-09 11:00:00 [utils.py:1] non-default args: {'port': ${String(pid)}, 'model': 'a/b'}`,
  ];

  test("only the last one counts, with the warnings that Python prints before the greeting", () => {
    const warning = "/x/torch/cuda/__init__.py:1: UserWarning: CUDA initialization: the driver is too old";
    const log = read(...greeting(1), bare, warning, ...greeting(2), "hello");
    expect(log.lines.map((line) => line.number)).toEqual([4, 5, 6, 7]);
    expect(log.setting("port")).toBe("2");
    expect(log.failures.some((failure) => failure.type === "ValueError")).toBe(false);
  });

  test("one with a logo is one run", () => {
    const logo = [
      "       █     █     █▄   ▄█",
      " ▄▄ ▄█ █     █     █ ▀▄▀ █  version 0.26.0",
      "  █▄█▀ █     █     █     █  model   a/b",
      "   ▀▀  ▀▀▀▀▀ ▀▀▀▀▀ ▀     ▀",
      "",
    ].map((line) => `(APIServer pid=7) INFO 02-09 11:00:00 [u.py:1] ${line}`);
    const log = read(...logo, ...greeting(7).slice(1), bare);
    expect(log.lines[0]?.number).toBe(1);
    expect(log.failures.some((failure) => failure.type === "ValueError")).toBe(true);
  });

  test("a server that ends its own engine was not told to stop", () => {
    const own =
      "(EngineCore pid=9) INFO 02-09 11:00:00 [core.py:1] [shutdown] EngineCore: trigger received signal=SIGTERM";
    expect(read(own).stopLine).toBeNull();
    expect(
      read("(APIServer pid=7) INFO 02-09 11:00:00 [l.py:1] [shutdown] API server: shutdown triggered").stopLine,
    ).toBe(1);
  });
});

test("statistics are read by key", () => {
  const line =
    "Engine 000: Avg prompt throughput: 1.5 tokens/s, Avg generation throughput: 2.5 tokens/s, Preemptions: 18, Waiting: 44 reqs, Deferred: 3 reqs, Running: 212 reqs";
  expect(read(`INFO 02-09 11:00:00 [loggers.py:1] ${line}`).throughput).toEqual([
    { line: 1, promptPerSecond: 1.5, generationPerSecond: 2.5, running: 212, waiting: 44 },
  ]);
});
