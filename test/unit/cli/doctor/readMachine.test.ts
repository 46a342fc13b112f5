import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readMachine } from "../../../../server/src/cli/doctor/readMachine.io.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server on loopback that answers these paths with JSON and everything else with 404. Returns its port. */
async function serve(answers: Readonly<Record<string, unknown>>): Promise<number> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

const models = { object: "list", data: [{ id: "some/model" }, { noId: true }] };

describe("looking at the machine", () => {
  it("tells the servers that listen here", async () => {
    const port = await serve({ "/v1/models": models, "/api/version": { version: "0.9.1" } });
    const { endpoints } = await readMachine(".", {}, [port]);
    expect(endpoints).toEqual([
      expect.objectContaining({
        url: `http://127.0.0.1:${port}`,
        server: "ollama",
        version: "0.9.1",
        models: ["some/model"],
      }),
    ]);
  });

  it("leaves out a server that speaks something else, and a port where nobody listens", async () => {
    const port = await serve({ "/v1/models": "hello" });
    expect((await readMachine(".", {}, [port, 1])).endpoints).toEqual([]);
  });

  it("finds the vllm that an engine would be started with, and starts nothing of it", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "doctor-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const vllm = path.join(folder, "bin", "vllm");
    await mkdir(path.join(folder, "bin"));
    await mkdir(path.join(folder, "lib", "python3.12", "site-packages", "vllm-0.31.2.dist-info"), { recursive: true });
    await writeFile(vllm, `#!/bin/sh\ntouch ${path.join(folder, "started")}\n`);
    await chmod(vllm, 0o755);
    const elsewhere = path.join(folder, "workspace");
    const env = { VIRTUAL_ENV: folder };
    expect((await readMachine(elsewhere, env, [])).vllm).toEqual({ path: vllm, version: "0.31.2" });
    expect(existsSync(path.join(folder, "started"))).toBe(false);
    await chmod(vllm, 0o644);
    expect((await readMachine(elsewhere, env, [])).vllm?.path).not.toBe(vllm);
  });

  it("with a replayed nvidia-smi: tells the GPU and its free memory", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "doctor-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const replay = path.join(folder, "nvidia-smi");
    const row = "1, 0, GPU-6ff4, 550.54.15, 24564, 1553, 23011, 0, 41, 22.40, 450.00, 8.9, NVIDIA GeForce RTX 4090";
    await writeFile(replay, `#!/bin/sh\necho "${row}"\n`);
    await chmod(replay, 0o755);
    const { gpus, gpuFault } = await readMachine(".", { PATH: folder }, []);
    expect(gpuFault).toBeNull();
    expect(gpus).toEqual([
      expect.objectContaining({ name: "NVIDIA GeForce RTX 4090", freeMiB: 23011, computeCapability: "8.9" }),
    ]);
  });
});
