import { Agent, request } from "undici";
import { parseEngineFigures, type EngineFigures } from "../../engine/watch/engineMetrics.ts";
import type { EngineAddress } from "../../protocol/engine.ts";
import { messageOf } from "../../util/unknown.ts";
import { connectionTo, isSameAddress } from "../engineAddress.ts";
import { parseModels, parseVersion, type EngineFacts } from "../engineFacts.ts";
import { parseErrorBody } from "../errorBody.ts";
import { failureOf } from "../httpFailure.ts";

/** A busy engine may take seconds for its health: its event loop has other work. */
const TIMEOUT_MS = 10_000;

interface Reply {
  statusCode: number;
  text: string;
  simulated: boolean;
}

/** Asks an engine about itself, beside the requests of the run: over connections of its own. */
export class EngineClient {
  readonly #headers: Record<string, string>;
  readonly #closing = new Set<Promise<void>>();
  #address: EngineAddress;
  #agent: Agent;

  constructor(address: EngineAddress, apiKey: string | null) {
    this.#headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
    this.#address = address;
    this.#agent = openAgent(address);
  }

  get address(): EngineAddress {
    return this.#address;
  }

  /** From now on it is asked there. What is being asked where it was before ends at once, without an answer. */
  moveTo(address: EngineAddress): void {
    if (isSameAddress(address, this.#address)) return;
    const closing = this.#agent.destroy();
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
    this.#address = address;
    this.#agent = openAgent(address);
  }

  /** Who is there. Returns the reason as a string when the engine cannot be asked. */
  async identify(): Promise<EngineFacts | string> {
    const models = await this.#get("/v1/models");
    if (typeof models === "string") return models;
    if (models.statusCode === 401 || models.statusCode === 403) {
      return `it refuses the API key (${models.statusCode}: ${parseErrorBody(models.text).message})`;
    }
    if (models.statusCode >= 500) return `it answers ${models.statusCode}: ${parseErrorBody(models.text).message}`;
    const [version, metrics] = await Promise.all([this.#get("/version"), this.metrics()]);
    const told = typeof version === "string" || version.statusCode !== 200 ? null : parseVersion(version.text);
    return {
      models: models.statusCode === 200 ? parseModels(models.text) : null,
      version: told?.version ?? null,
      simulated: models.simulated || told?.simulated === true,
      hasMetrics: metrics !== null,
    };
  }

  /**
   * Why it is not healthy, or null. Never rejects. Healthy is an engine that says so and still serves these models:
   * after a restart, somebody else may be at its address.
   */
  async health(models: readonly string[]): Promise<string | null> {
    const health = await this.#get("/health");
    if (typeof health === "string") return health;
    // Servers other than vLLM have no /health; that they answer has to do.
    if (health.statusCode >= 500) return `its health check answers ${health.statusCode}`;
    if (models.length === 0) return null;
    const list = await this.#get("/v1/models");
    if (typeof list === "string") return list;
    if (list.statusCode !== 200) return `its list of models answers ${list.statusCode}`;
    const missing = models.filter((model) => parseModels(list.text)?.includes(model) !== true);
    return missing.length === 0 ? null : `it does not serve ${missing.join(", ")} any more`;
  }

  /** null when there are none. Never rejects. */
  async metrics(): Promise<EngineFigures | null> {
    const reply = await this.#get("/metrics");
    return typeof reply === "string" || reply.statusCode !== 200 ? null : parseEngineFigures(reply.text);
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), ...this.#closing]);
  }

  async #get(path: string): Promise<Reply | string> {
    try {
      const { statusCode, headers, body } = await request(this.#address.url + path, {
        dispatcher: this.#agent,
        headers: this.#headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { statusCode, text: await body.text(), simulated: headers["x-simulated"] === "true" };
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError") return `it did not answer in ${TIMEOUT_MS / 1000} s`;
      const { failure, message } = failureOf(error, false);
      return failure === "reset" ? `the connection broke (${messageOf(error)})` : message;
    }
  }
}

function openAgent(address: EngineAddress): Agent {
  return new Agent({
    connect: connectionTo(address),
    connections: 2,
    allowH2: false,
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 2_000,
  });
}
