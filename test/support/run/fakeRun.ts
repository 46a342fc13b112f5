import { Dispatcher, type DispatchEnd, type DispatcherOptions } from "../../../server/src/run/dispatcher.ts";
import { fixedInFlight } from "../../../server/src/run/inFlight.ts";
import type {
  AnsweredRequest,
  FailedRequest,
  Probe,
  RequestSource,
  WatchedEngine,
} from "../../../server/src/run/ports.ts";
import { BatchRequest } from "../../../server/src/run/request.ts";
import { defaultRetryPolicy } from "../../../server/src/run/retryPolicy.ts";
import type { SendResult } from "../../../server/src/run/sendResult.ts";
import { TestClock } from "./testClock.ts";

/** What the engine of a FakeRun does with a request: an answer after a while, or null for none ever. */
export type Behaviour = (request: BatchRequest, now: number) => { result: SendResult; afterMs: number } | null;

export const whole: SendResult = {
  kind: "answer",
  statusCode: 200,
  retryAfter: undefined,
  text: JSON.stringify({ choices: [{ finish_reason: "stop" }] }),
};

export function status(statusCode: number, message: string, retryAfter?: string): SendResult {
  return { kind: "answer", statusCode, retryAfter, text: JSON.stringify({ error: { message } }) };
}

export const refused: SendResult = { kind: "failure", failure: "refused", message: "nobody listens there" };
export const reset: SendResult = { kind: "failure", failure: "reset", message: "the connection broke" };

class ListSource implements RequestSource {
  onMore: (() => void) | null = null;
  readonly #requests: BatchRequest[];
  constructor(requests: BatchRequest[]) {
    this.#requests = requests;
  }
  take(): BatchRequest | undefined {
    return this.#requests.shift();
  }
  get ended(): boolean {
    return this.#requests.length === 0;
  }
  get left(): number {
    return this.#requests.length;
  }
}

export interface FakeRunOptions extends Partial<DispatcherOptions> {
  requests: number;
  inFlight: number;
  engine: Behaviour;
  /** Why the engine is not healthy at a time, or null. Default: always healthy. */
  health?: (now: number) => string | null;
  /** Who watches it, if anybody does. */
  watched?: WatchedEngine;
}

/** A dispatcher on a clock of the test's, with an engine that is a function. Keeps a list of all that happened. */
export class FakeRun {
  readonly clock = new TestClock();
  readonly dispatcher: Dispatcher;
  readonly answered: AnsweredRequest[] = [];
  readonly failed: FailedRequest[] = [];
  /** Of each request that was sent: its line and when. */
  readonly sent: { line: number; at: number; inFlight: number }[] = [];
  readonly events: { event: string; details: Record<string, unknown> }[] = [];
  readonly aborted: number[] = [];
  end: DispatchEnd | null = null;
  blocked = false;
  probe: Probe;
  #nextId = 0;

  constructor({ requests, inFlight, engine, health = () => null, watched, ...options }: FakeRunOptions) {
    const lines = Array.from({ length: requests }, (_, index) => {
      return new BatchRequest(index + 1, `id-${index + 1}`, "/v1/chat/completions", Buffer.from("{}"));
    });
    this.probe = () => Promise.resolve(health(this.clock.now()));
    const isBlocked = (): boolean => this.blocked;
    this.dispatcher = new Dispatcher(
      {
        retry: defaultRetryPolicy,
        requestTimeoutMs: 60_000,
        giveUpAfterMs: 600_000,
        server: "vllm",
        servedModels: null,
        knowsProgress: false,
        ...options,
      },
      fixedInFlight(inFlight),
      {
        source: new ListSource(lines),
        send: (request, _requestId, onResult) => {
          this.sent.push({ line: request.line, at: this.clock.now(), inFlight: this.dispatcher.sending });
          const plan = engine(request, this.clock.now());
          let over = false;
          const finish = (result: SendResult): void => {
            if (over) return;
            over = true;
            onResult(result);
          };
          if (plan !== null) this.clock.after(plan.afterMs, () => finish(plan.result));
          return (reason) => {
            this.aborted.push(request.line);
            if (reason === "lost") finish(reset);
            else
              finish({ kind: "failure", failure: "deadline", message: reason === "deadline" ? "too late" : "stopped" });
          };
        },
        results: {
          answered: (result) => void this.answered.push(result),
          failed: (result) => void this.failed.push(result),
          get blocked() {
            return isBlocked();
          },
        },
        probe: () => this.probe(),
        watched: watched ?? null,
        events: (event, details = {}) => void this.events.push({ event, details }),
        clock: this.clock,
        random: () => 0,
        newRequestId: () => `vllm-batch-${(this.#nextId += 1)}`,
      },
    );
    void this.dispatcher.run().then((end) => (this.end = end));
  }

  /** Lets time pass in steps, with the promises of probes in between. Stops early at the end of the run. */
  async pass(ms: number, stepMs = 50): Promise<this> {
    const until = this.clock.now() + ms;
    while (this.clock.now() < until && this.end === null) {
      this.clock.advance(Math.min(stepMs, until - this.clock.now()));
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    return this;
  }

  answeredLines(): number[] {
    return this.answered.map(({ request }) => request.line).sort((a, b) => a - b);
  }
}
