import { describe, expect, it } from "vitest";
import type { FoundServer } from "../../../../server/src/engine/attach/io/findServers.io.ts";
import type { ServerKind } from "../../../../server/src/protocol/engine.ts";
import { canRun, judgeMachine, type MachineFacts } from "../../../../server/src/cli/doctor/judgeMachine.ts";

const nothing: MachineFacts = {
  node: "24.21.0",
  python: null,
  vllm: null,
  gpus: [],
  gpuFault: null,
  endpoints: [],
  disk: { folder: "/home/a", freeBytes: 500 * 1024 ** 3 },
};

function found(url: string, server: ServerKind, version: string, models: string[]): FoundServer {
  return { url, server, version, models, simulated: false, hasMetrics: false, slots: null };
}

const check = (facts: Partial<MachineFacts>, name: string) =>
  judgeMachine({ ...nothing, ...facts }).find((one) => one.name === name);

describe("the doctor", () => {
  it("says what to do on a machine that has nothing", () => {
    expect(check({}, "vLLM")).toMatchObject({ status: "missing", next: expect.stringContaining("pip install vllm") });
    expect(check({}, "Endpoint")).toMatchObject({ status: "warning", next: expect.stringContaining("--simulate") });
    expect(canRun(nothing)).toBe(false);
  });

  it("does not ask for vLLM where an endpoint answers", () => {
    const endpoints = [found("http://127.0.0.1:11434", "ollama", "0.9.1", ["a", "b", "c", "d"])];
    expect(check({ endpoints }, "vLLM")?.status).toBe("warning");
    expect(check({ endpoints }, "Endpoint")).toEqual({
      name: "Endpoint",
      status: "ok",
      detail: "http://127.0.0.1:11434: Ollama 0.9.1, serves a, b, c and 1 more",
      next: "vllm-batch run FILE --endpoint http://127.0.0.1:11434",
    });
    expect(canRun({ ...nothing, endpoints })).toBe(true);
  });

  it("does not take a simulator for an engine", () => {
    const endpoints = [{ ...found("http://127.0.0.1:8000", "vllm", "0.32.0+simulated", ["m"]), simulated: true }];
    expect(check({ endpoints }, "Endpoint")?.detail).toContain(": vLLM simulator 0.32.0+simulated, serves m");
    expect(canRun({ ...nothing, endpoints })).toBe(false);
  });

  it("tells the owner of an old card plainly", () => {
    const gpu = { name: "Tesla P40", driver: "535.1", totalMiB: 24576, freeMiB: 24000, computeCapability: "6.1" };
    expect(check({ gpus: [gpu] }, "GPU")).toMatchObject({ status: "warning", next: expect.stringContaining("Ollama") });
    expect(check({ gpus: [{ ...gpu, computeCapability: "8.9" }] }, "GPU")).toMatchObject({
      status: "ok",
      detail: "Tesla P40, 23.4 of 24.0 GiB free, driver 535.1",
    });
  });

  it("says what is wrong with a GPU, and how much memory the others have", () => {
    const gpu = { name: "NVIDIA GB10", driver: "580.126.09", totalMiB: null, freeMiB: null, computeCapability: "12.1" };
    expect(check({ gpuFault: "The NVIDIA driver is not running." }, "GPU")).toMatchObject({
      status: "warning",
      detail: "none that works",
      next: "The NVIDIA driver is not running.",
    });
    expect(check({ gpus: [gpu], gpuFault: "GPU 1 is lost." }, "GPU")).toMatchObject({
      detail: "NVIDIA GB10, memory not told, driver 580.126.09",
      next: "GPU 1 is lost.",
    });
  });

  it("warns when the disk is nearly full", () => {
    expect(check({ disk: { folder: "/home/a", freeBytes: 5e8 } }, "Disk")?.status).toBe("warning");
    expect(check({}, "Disk")?.status).toBe("ok");
  });
});
