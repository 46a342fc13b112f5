import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startEngine } from "../../../../scripts/engine/engineProcess.ts";
import { groupMembers } from "../../../../scripts/engine/processes.ts";

let folder: string;
let groups: number[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "engine-"));
  groups = [];
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const group of groups) {
    const left = await groupMembers(group);
    if (left.length > 0) process.kill(-group, "SIGKILL");
    expect(left).toEqual([]);
  }
});

/** What `vllm serve` does, as far as a starter can see: a log, two addresses, and a child in its group. */
const serving = `
const http = require("node:http");
const port = Number(process.argv[process.argv.indexOf("--port") + 1]);
const child = require("node:child_process").spawn(process.execPath, ["-e", 'process.title = "VLLM::EngineCore"; console.log(); setInterval(() => {}, 1e3)']);
const answer = (request, response) => response.end(request.url === "/v1/models" ? '{"data":[{"id":"tiny"}]}' : "");
const server = http.createServer(answer)
  .on("error", (error) => { console.log(error.code === "EADDRINUSE" ? "[Errno 98] Address already in use" : error); child.kill(); process.exit(1); });
child.stdout.once("data", () => server.listen(port, "127.0.0.1", () => console.log("INFO:     Application startup complete.")));
`;

async function fake(script: string) {
  const vllm = path.join(folder, "vllm");
  await writeFile(vllm, `#!${process.execPath}\n${script}`);
  await chmod(vllm, 0o755);
  return { vllm, python: "", version: "", models: { tiny: folder, work: folder } };
}

const spawned = () => ({ logFolder: path.join(folder, "logs"), onSpawn: (group: number) => void groups.push(group) });

describe("startEngine", () => {
  it("is ready when the engine answers, and stops the whole group", async () => {
    const engine = await startEngine(await fake(serving), {}, spawned());
    expect((await fetch(`${engine.url}/v1/models`)).status).toBe(200);
    expect((await engine.processes()).map(({ title }) => title)).toContain("VLLM::EngineCore");
    await engine.stop();
    expect(await engine.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("stops what outlives the process it started", async () => {
    const engine = await startEngine(await fake(serving), {}, spawned());
    process.kill(engine.pid, "SIGKILL");
    await engine.exited;
    expect(await engine.processes()).toHaveLength(1);
    await engine.stop();
  });

  it("kills what does not listen to TERM, even when it is stopped", async () => {
    const stubborn = `process.on("SIGTERM", () => undefined);${serving}`;
    const engine = await startEngine(await fake(stubborn), {}, { ...spawned(), stopGraceMs: 200 });
    await engine.signal("VLLM::EngineCore", "SIGSTOP");
    await engine.stop();
    expect(await engine.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("says with the end of the log how an engine ended that was never ready", async () => {
    const failing = `console.log("ValueError: no such model"); process.exit(0);`;
    await expect(startEngine(await fake(failing), {}, spawned())).rejects.toThrow(
      /ended \(code 0, signal null\) before it was ready[^]*ValueError: no such model/,
    );
  });

  it("gives up on one that takes too long, and leaves nothing running", async () => {
    const idle = `console.log("loading"); setInterval(() => {}, 1e3);`;
    await expect(startEngine(await fake(idle), { startTimeoutMs: 1_000 }, spawned())).rejects.toThrow(
      /not ready after 1 s/,
    );
    expect(groups).toHaveLength(1);
  });

  it("does not take another port than the one that was asked for", async () => {
    const taken = createServer();
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startEngine(await fake(serving), { port }, spawned())).rejects.toThrow(/Address already in use/);
    taken.close();
    expect(groups).toHaveLength(1);
  });

  it("takes another free port when somebody was faster", async () => {
    const first = path.join(folder, "first");
    const unlucky = `if (!require("node:fs").existsSync(${JSON.stringify(first)})) {
      require("node:fs").writeFileSync(${JSON.stringify(first)}, "");
      console.log("OSError: [Errno 98] Address already in use");
      process.exit(1);
    }${serving}`;
    const engine = await startEngine(await fake(unlucky), {}, spawned());
    expect(groups).toHaveLength(2);
    await engine.stop();
  });

  it("keeps the newest logs", async () => {
    const logs = path.join(folder, "logs");
    await mkdir(logs);
    for (let day = 10; day < 35; day += 1) await writeFile(path.join(logs, `20${day}-01-01.log`), "");
    const engine = await startEngine(await fake(serving), {}, spawned());
    await engine.stop();
    const kept = (await readdir(logs)).toSorted();
    expect(kept).toHaveLength(21);
    expect(kept[0]).toBe("2015-01-01.log");
    expect(await readFile(engine.logFile, "utf8")).toContain("Application startup complete.");
  });

  it("signals only a process that is there once", async () => {
    const engine = await startEngine(await fake(serving), {}, spawned());
    await expect(engine.signal("VLLM::Worker", "SIGKILL")).rejects.toThrow("0 processes called VLLM::Worker");
    await engine.stop();
  });
});
