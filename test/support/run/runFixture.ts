import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { defaultRunOptions, type StartOptions } from "../../../server/src/run/startOptions.ts";
import type { RunWorld } from "../../../server/src/run/runWorld.ts";
import { systemClock } from "../../../server/src/util/systemClock.ts";
import { property } from "../../../server/src/util/unknown.ts";

/** A folder of its own for a test, with a batch file in it. */
export class RunFixture {
  readonly root = mkdtempSync(path.join(os.tmpdir(), "run-"));
  readonly input = path.join(this.root, "batch.jsonl");
  readonly folder = path.join(this.root, "out");
  readonly said: string[] = [];
  readonly aborter = new AbortController();

  /** Writes `count` requests; the first has the prompt `request 1`. */
  write(count: number, body: object = {}): this {
    const lines = Array.from({ length: count }, (_, index) => requestLine(index + 1, body));
    return this.writeLines(lines);
  }

  writeLines(lines: readonly string[]): this {
    writeFileSync(this.input, lines.map((line) => `${line}\n`).join(""));
    return this;
  }

  options(url: string, more: Partial<StartOptions["options"]> = {}, rest: Partial<StartOptions> = {}): StartOptions {
    return {
      input: this.input,
      engine: { kind: "attached", url, apiKeyEnv: null },
      out: this.folder,
      selection: {},
      overrides: {},
      options: { ...defaultRunOptions, inFlight: 4, giveUpAfterMs: 20_000, ...more },
      strict: false,
      ...rest,
    };
  }

  /** @param startEngine none by default: a test that wants an engine to be started brings it */
  world(env: RunWorld["env"] = {}, startEngine: RunWorld["startEngine"] = noEngine): RunWorld {
    return {
      clock: systemClock,
      random: () => 1,
      env,
      program: "vllm-batch test",
      programPath: "/none",
      startEngine,
      signal: this.aborter.signal,
      notify: (text) => void this.said.push(text),
    };
  }

  /** The lines of a file of the run folder, parsed. Throws when one is not whole. */
  lines(name: string): unknown[] {
    const text = readFileSync(path.join(this.folder, name), "utf8");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
  }

  ids(name: string): string[] {
    return this.lines(name).map((line) => String(property(line, "custom_id")));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function noEngine(): Promise<never> {
  return Promise.reject(new Error("This test starts no engine."));
}

export function requestLine(index: number, body: object = {}): string {
  return JSON.stringify({
    custom_id: `id-${index}`,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "tiny", messages: [{ role: "user", content: `request ${index}` }], ...body },
  });
}

export const idsUpTo = (count: number) => Array.from({ length: count }, (_, index) => `id-${index + 1}`);
