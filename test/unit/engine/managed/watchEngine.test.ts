import { setImmediate as flushed } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Reply } from "../../../../server/src/engine/http/engineHttp.io.ts";
import { EngineWatch } from "../../../../server/src/engine/managed/io/watchEngine.io.ts";
import { TestClock } from "../../../support/run/testClock.ts";

/** No divisor of the times that the watch works with. */
const STEP_MS = 7;

/** A stand-in that works until a moment and then keeps silent, or answers with figures that no longer move. */
class Server {
  lastProgress = 0;
  readonly #clock: TestClock;
  readonly #stopsAt: number;
  readonly #isSilent: boolean;

  constructor(clock: TestClock, stopsAt: number, isSilent: boolean) {
    this.#clock = clock;
    this.#stopsAt = stopsAt;
    this.#isSilent = isSilent;
  }

  readonly ask = async (path: string, { timeoutMs }: { timeoutMs: number }): Promise<Reply | string> => {
    // AbortSignal.timeout takes no other.
    expect(timeoutMs).toBeGreaterThanOrEqual(0);
    const works = this.#clock.now() < this.#stopsAt;
    if (!works && this.#isSilent) {
      return await new Promise((resolve) => this.#clock.after(timeoutMs, () => resolve("no answer")));
    }
    if (path === "/metrics" && works) this.lastProgress = this.#clock.now();
    const figures = { num_requests_running: 4, num_requests_waiting: 0, generation_tokens_total: this.lastProgress };
    const lines = Object.entries(figures).map(([name, value]) => `vllm:${name} ${value}\n`);
    return { statusCode: 200, headers: {}, text: lines.join("") };
  };
}

async function hangNoticedAfter(hangMs: number, stopsAt: number, isSilent: boolean): Promise<number> {
  const clock = new TestClock();
  const server = new Server(clock, stopsAt, isSilent);
  const states: string[] = [];
  const watch = new EngineWatch({
    http: server,
    servedModel: "tiny",
    hangMs,
    clock,
    inFlight: () => 4,
    onState: (state) => states.push(state),
    onDead: () => states.push("dead"),
  });
  while (!states.includes("hung") && clock.now() < stopsAt + 3 * hangMs) {
    clock.advance(STEP_MS);
    await flushed();
  }
  watch.stop();
  expect(states.at(-1)).toBe("hung");
  return clock.now() - server.lastProgress;
}

test("a hang is noticed within the set time and a tenth, though the server itself keeps silent (stand-in)", async () => {
  const hang = fc.integer({ min: 5_000, max: 60_000 });
  const moment = fc.integer({ min: 3_000, max: 12_000 });
  await fc.assert(
    fc.asyncProperty(hang, moment, fc.boolean(), async (hangMs, stopsAt, isSilent) => {
      const noticedMs = await hangNoticedAfter(hangMs, stopsAt, isSilent);
      expect(noticedMs).toBeGreaterThanOrEqual(hangMs);
      expect(noticedMs).toBeLessThanOrEqual(1.1 * hangMs);
    }),
    // The examples: a look comes shortly before the time at which it hangs.
    { numRuns: 30, examples: [5_015, 5_025, 5_035].map((hangMs) => [hangMs, 3_000, false]) },
  );
});
