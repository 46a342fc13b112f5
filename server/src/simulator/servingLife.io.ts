import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Service } from "./api/service.ts";
import type { Settings } from "./arguments/settings.ts";
import { createEngine } from "./engine/createEngine.io.ts";
import { EngineMetrics } from "./engine/engineMetrics.ts";
import type { RequestEffect } from "./faults/effect.ts";
import { FaultPlan, scheduledIncidents } from "./faults/faultPlan.ts";
import type { Incident, TimelineEvent } from "./faults/timeline.ts";
import { HttpCounts } from "./http/httpCounts.ts";
import { createHttpServer } from "./http/httpServer.io.ts";
import { Listener } from "./http/listener.io.ts";
import type { Route } from "./http/routes.ts";
import { crashLog, engineDeathLog, engineLog } from "./process/failureLog.ts";
import type { GpuAccount } from "./process/gpuAccount.io.ts";
import type { LogWriter } from "./process/logWriter.io.ts";
import { startOrphan } from "./process/orphan.io.ts";
import { startStatsLogger } from "./process/statsLogger.io.ts";

/** Answers are on their way when vLLM leaves after its engine; it takes about a second for all of them. */
const LAST_ANSWERS_MS = 300;

/** The part of the simulator's life in which it answers: the server, the engine, and what the timeline does to them. */
export class ServingLife {
  readonly #settings: Settings;
  readonly #memory: { blocks: number; usedGib: number };
  readonly #log: LogWriter;
  readonly #gpu: GpuAccount;
  readonly #events: readonly TimelineEvent[];
  readonly #plan: FaultPlan;
  readonly #service: Service;
  readonly #listener: Listener;
  readonly #exit = Promise.withResolvers<number>();
  #readyMs = 0;
  #engineDead = false;
  #ending = false;

  constructor(
    settings: Settings,
    events: readonly TimelineEvent[],
    memory: { blocks: number; usedGib: number },
    routes: readonly Route[],
    log: LogWriter,
    gpu: GpuAccount,
  ) {
    this.#settings = settings;
    this.#memory = memory;
    this.#log = log;
    this.#gpu = gpu;
    this.#events = events;
    this.#plan = new FaultPlan(events);
    this.#service = this.#createService();
    this.#listener = new Listener(
      createHttpServer(this.#service, routes, {
        effectOf: (body) => this.#effectOf(body),
        logAccess: settings.accessLog ? (line) => this.#log.access(line()) : undefined,
      }),
    );
  }

  /** Resolves to the address as vLLM logs it. */
  async listen(): Promise<string> {
    const address = await this.#listener.listen(this.#settings);
    this.#readyMs = performance.now();
    if (this.#settings.statsIntervalMs > 0) startStatsLogger(this.#service, this.#log, this.#settings.statsIntervalMs);
    for (const { afterMs, incident } of scheduledIncidents(this.#events)) {
      setTimeout(() => void this.#happen(incident), afterMs).unref();
    }
    return address;
  }

  /** Resolves to the exit code when serving is over. */
  async serve(): Promise<number> {
    return await this.#exit.promise;
  }

  /** Ends with exit code 0: aborts what is in flight, or lets it finish for as long as --shutdown-timeout says. */
  stop(): void {
    void this.#leave(0, this.#settings.shutdownTimeoutSeconds * 1000);
  }

  #effectOf(body: Buffer): RequestEffect {
    const { effect, incident } = this.#plan.onRequest(body, performance.now() - this.#readyMs);
    // A hang begins at this very moment: a moment later, a slow machine might have answered already. What ends the
    // engine must also end the request that set it off, so that one gets in first.
    if (incident?.kind === "hang") void this.#happen(incident);
    else if (incident !== undefined) setImmediate(() => void this.#happen(incident));
    return effect;
  }

  async #happen(incident: Incident): Promise<void> {
    if (this.#ending) return;
    switch (incident.kind) {
      case "hang":
        this.#service.engine.freeze();
        if (incident.forMs !== Infinity) setTimeout(() => this.#service.engine.thaw(), incident.forMs).unref();
        return;
      case "engine-death":
        this.#log.logAll(engineDeathLog());
        this.#engineDead = true;
        this.#service.engine.endAll("dead");
        if (!incident.keepServing) await this.#leave(incident.exitCode, LAST_ANSWERS_MS);
        return;
      case "crash":
        this.#crash(incident);
        return;
    }
  }

  #crash({ exitCode, signal, orphan, log }: Extract<Incident, { kind: "crash" }>): void {
    if (orphan) this.#gpu.claim(startOrphan(), this.#memory.usedGib);
    this.#log.logAll(engineLog(log));
    if (signal === "SIGKILL") {
      this.#log.flush();
      process.kill(process.pid, signal);
      return;
    }
    if (exitCode !== 0 && log.length === 0) this.#log.logAll(crashLog());
    this.#log.flush();
    this.#gpu.release(process.pid);
    if (signal === undefined) process.exit(exitCode);
    else process.kill(process.pid, signal);
  }

  /** Closes the door, gives those inside some time, breaks the rest off. */
  async #leave(exitCode: number, graceMs: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const closed = this.#listener.close();
    if (graceMs > 0) await Promise.race([closed, delay(graceMs, undefined, { ref: false })]);
    this.#listener.destroyAll();
    await closed;
    this.#log.uvicorn("Shutting down");
    this.#log.uvicorn("Waiting for application shutdown.");
    this.#log.uvicorn("Application shutdown complete.");
    this.#log.uvicorn(`Finished server process [${process.pid}]`);
    this.#exit.resolve(exitCode);
  }

  #createService(): Service {
    const settings = this.#settings;
    const metrics = new EngineMetrics(settings.maxModelLen);
    return {
      settings,
      metrics,
      httpCounts: new HttpCounts(),
      engine: createEngine(settings, metrics, this.#memory.blocks),
      kvBlocks: this.#memory.blocks,
      startSeconds: Date.now() / 1000,
      engineIsDead: () => this.#engineDead,
      residentBytes: () => process.memoryUsage.rss(),
      newId: createIds(),
      nowSeconds: () => Math.floor(Date.now() / 1000),
    };
  }
}

/** Ids of 16 hexadecimal digits: the first half drawn once, the second counted up, cheaper than drawing each. */
function createIds(): () => string {
  const start = randomBytes(4).toString("hex");
  let count = randomBytes(3).readUIntBE(0, 3);
  return () => start + (++count).toString(16).padStart(8, "0");
}
