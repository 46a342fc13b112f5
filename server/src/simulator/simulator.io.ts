import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { errorCodeOf, messageOf } from "../util/unknown.ts";
import type { Service } from "./api/service.ts";
import type { Settings } from "./arguments/settings.ts";
import { createEngine } from "./engine/createEngine.io.ts";
import { EngineMetrics } from "./engine/engineMetrics.ts";
import { createHttpServer } from "./http/httpServer.io.ts";
import { Listener } from "./http/listener.io.ts";
import { type Route, routesFor } from "./http/routes.ts";
import { LogWriter } from "./process/logWriter.io.ts";
import { planMemory } from "./process/memoryPlan.ts";
import { closingLog, failedStartLog, openingLog } from "./process/startupLog.ts";

/** One life of the stand-in for `vllm serve`. */
export class Simulator {
  readonly #settings: Settings;
  readonly #log = new LogWriter();
  readonly #bornMs = performance.now();
  readonly #exit = Promise.withResolvers<number>();
  #listener: Listener | undefined;
  #stopping = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Starts, serves, and resolves to the exit code when that is over. */
  async run(): Promise<number> {
    this.#log.logAll(openingLog(this.#settings));
    const memory = planMemory(this.#settings, 0);
    await delay(this.#settings.startupMs);
    if (memory.kind !== "fits") return this.#failStart(`ValueError: ${memory.message}`);
    const routes = routesFor(this.#settings.tasks);
    this.#listener = this.#createListener(memory.blocks, routes);
    try {
      const address = await this.#listener.listen(this.#settings);
      const seconds = (performance.now() - this.#bornMs) / 1000;
      this.#log.logAll(closingLog(this.#settings, memory, seconds, address, routes));
    } catch (error) {
      return this.#failListen(error);
    }
    this.#log.uvicorn(`Started server process [${process.pid}]`);
    this.#log.uvicorn("Waiting for application startup.");
    this.#log.uvicorn("Application startup complete.");
    const code = await this.#exit.promise;
    this.#log.flush();
    return code;
  }

  /** SIGTERM or SIGINT: aborts what is in flight, or lets it end for as long as --shutdown-timeout says. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    void this.#shutDown();
  }

  async #shutDown(): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined) {
      this.#exit.resolve(0);
      return;
    }
    const closed = listener.close();
    const { shutdownTimeoutSeconds } = this.#settings;
    if (shutdownTimeoutSeconds > 0) {
      await Promise.race([closed, delay(shutdownTimeoutSeconds * 1000)]);
    }
    listener.destroyAll();
    await closed;
    this.#log.uvicorn("Shutting down");
    this.#log.uvicorn("Waiting for application shutdown.");
    this.#log.uvicorn("Application shutdown complete.");
    this.#log.uvicorn(`Finished server process [${process.pid}]`);
    this.#exit.resolve(0);
  }

  #createListener(kvBlocks: number, routes: readonly Route[]): Listener {
    const settings = this.#settings;
    const metrics = new EngineMetrics(settings.maxModelLen);
    const httpCounts = new Map<string, number>();
    const engine = createEngine(settings, metrics, kvBlocks);
    const service: Service = {
      settings,
      engine,
      metrics,
      kvBlocks,
      httpCounts,
      startSeconds: Date.now() / 1000,
      engineIsDead: () => false,
      residentBytes: () => process.memoryUsage.rss(),
      newId: createIds(),
      nowSeconds: () => Math.floor(Date.now() / 1000),
    };
    const server = createHttpServer(service, routes, {
      effectOf: () => ({}),
      logAccess: settings.accessLog ? (line) => this.#log.access(line()) : undefined,
      countAnswer: (key) => httpCounts.set(key, (httpCounts.get(key) ?? 0) + 1),
    });
    return new Listener(server);
  }

  #failStart(cause: string): number {
    this.#log.logAll(failedStartLog([cause], "EngineCore", process.pid));
    return 1;
  }

  #failListen(error: unknown): number {
    const reason =
      errorCodeOf(error) === "EADDRINUSE"
        ? "OSError: [Errno 98] Address already in use"
        : `OSError: ${messageOf(error)}`;
    process.stderr.write(`${reason}\n`);
    return 1;
  }
}

/** Ids of 16 hexadecimal digits: drawn once, then counted up, which is cheaper than drawing each. */
function createIds(): () => string {
  const start = randomBytes(4).toString("hex");
  let count = randomBytes(3).readUIntBE(0, 3);
  return () => start + (++count).toString(16).padStart(8, "0");
}
