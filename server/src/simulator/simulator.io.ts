import { setTimeout as delay } from "node:timers/promises";
import { errorCodeOf, messageOf } from "../util/unknown.ts";
import type { Settings } from "./arguments/settings.ts";
import type { StartupFault, Timeline } from "./faults/timeline.ts";
import { type Route, routesFor } from "./http/routes.ts";
import { failedStartLog, startupFaultLog, stopLog } from "./process/failureLog.ts";
import { GpuAccount } from "./process/gpuAccount.io.ts";
import { LogWriter } from "./process/logWriter.io.ts";
import { type MemoryPlan, planMemory } from "./process/memoryPlan.ts";
import { closingLog, openingLog } from "./process/startupLog.ts";
import { ServingLife } from "./servingLife.io.ts";

/** One life of the stand-in for `vllm serve`: start, serving, end. */
export class Simulator {
  readonly #settings: Settings;
  readonly #timeline: Timeline;
  readonly #log = new LogWriter();
  readonly #gpu: GpuAccount;
  readonly #bornMs = performance.now();
  readonly #stopAsked = new AbortController();
  #serving: ServingLife | undefined;

  constructor(settings: Settings, timeline: Timeline) {
    this.#settings = settings;
    this.#timeline = timeline;
    this.#gpu = new GpuAccount(settings.gpuFile);
  }

  /** Starts, serves, and resolves to the exit code when that is over. */
  async run(): Promise<number> {
    try {
      return await this.#live();
    } finally {
      this.#gpu.release(process.pid);
      this.#log.flush();
    }
  }

  /** SIGTERM or SIGINT. A second one changes nothing, as with vLLM. */
  stop(): void {
    if (this.#stopAsked.signal.aborted) return;
    this.#stopAsked.abort();
    this.#log.logAll(stopLog(this.#settings.shutdownTimeoutSeconds));
    this.#serving?.stop();
  }

  async #live(): Promise<number> {
    const settings = this.#settings;
    this.#log.logAll(openingLog(settings));
    const memory = planMemory(settings, this.#gpu.heldGib());
    if (memory.kind === "fits") this.#gpu.claim(process.pid, memory.usedGib);
    const { delayMs, fault } = this.#timeline.startup;
    if (!(await this.#wait(settings.startupMs + delayMs))) return 0;
    if (fault !== undefined) return await this.#failAsTold(fault);
    if (memory.kind === "fits") return await this.#serve(memory);
    this.#log.logAll(failedStartLog(`ValueError: ${memory.message}`, process.pid));
    return 1;
  }

  /** False when it was stopped meanwhile. */
  async #wait(ms: number): Promise<boolean> {
    try {
      await delay(ms, undefined, { signal: this.#stopAsked.signal });
      return true;
    } catch (error) {
      if (this.#stopAsked.signal.aborted) return false;
      throw error;
    }
  }

  async #failAsTold(fault: StartupFault): Promise<number> {
    this.#log.logAll(startupFaultLog(fault, this.#settings, process.pid));
    if (fault.kind === "exit") return fault.exitCode;
    if (fault.kind !== "never-ready") return 1;
    // A day: longer than anybody waits for a start.
    await this.#wait(86_400_000);
    return 0;
  }

  async #serve(memory: Extract<MemoryPlan, { kind: "fits" }>): Promise<number> {
    const settings = this.#settings;
    const routes: Route[] = routesFor(settings.tasks);
    const life = new ServingLife(settings, this.#timeline.events, memory, routes, this.#log, this.#gpu);
    this.#serving = life;
    let address: string;
    try {
      address = await life.listen();
    } catch (error) {
      return this.#failListen(error);
    }
    const seconds = (performance.now() - this.#bornMs) / 1000;
    this.#log.logAll(closingLog(settings, memory, seconds, address, routes));
    this.#log.uvicorn(`Started server process [${process.pid}]`);
    this.#log.uvicorn("Waiting for application startup.");
    this.#log.uvicorn("Application startup complete.");
    return await life.serve();
  }

  #failListen(error: unknown): number {
    const taken = errorCodeOf(error) === "EADDRINUSE";
    process.stderr.write(`OSError: ${taken ? "[Errno 98] Address already in use" : messageOf(error)}\n`);
    return 1;
  }
}
