import { identifyServer } from "../../engine/attach/io/identifyServer.io.ts";
import type { ServerFacts } from "../../engine/attach/serverFacts.ts";
import { EngineHttp, type Reply } from "../../engine/http/engineHttp.io.ts";
import { listedName, parseModelList } from "../../engine/start/modelList.ts";
import { parseEngineFigures, type EngineFigures } from "../../engine/watch/engineMetrics.ts";
import type { EngineAddress } from "../../protocol/engine.ts";
import { isSameAddress } from "../engineAddress.ts";
import { parseErrorBody } from "../errorBody.ts";

/** A busy engine may take seconds for its health: its event loop has other work. */
const TIMEOUT_MS = 10_000;

/** Why an engine cannot be used now. `isLoading`: it is there, and gets its model ready. */
export interface NotUsable {
  why: string;
  isLoading: boolean;
}

/** Asks an engine about itself, beside the requests of the run: over connections of its own. */
export class EngineClient {
  readonly #apiKey: string | null;
  readonly #closing = new Set<Promise<void>>();
  #address: EngineAddress;
  #http: EngineHttp;

  constructor(address: EngineAddress, apiKey: string | null) {
    this.#apiKey = apiKey;
    this.#address = address;
    this.#http = new EngineHttp(address, apiKey);
  }

  get address(): EngineAddress {
    return this.#address;
  }

  /** From now on it is asked there. What is being asked where it was before ends at once, without an answer. */
  moveTo(address: EngineAddress): void {
    if (isSameAddress(address, this.#address)) return;
    const closing = this.#http.close();
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
    this.#address = address;
    this.#http = new EngineHttp(address, this.#apiKey);
  }

  /** Who is there. Never rejects. */
  async identify(): Promise<ServerFacts | NotUsable> {
    const found = await identifyServer(this.#http, TIMEOUT_MS);
    if (!("reached" in found)) return found;
    return found.reached ? refusal(found.reply) : { why: found.why, isLoading: false };
  }

  /**
   * Why it is not healthy, or null. Never rejects. Healthy is an engine that says so and still serves these models:
   * after a restart, somebody else may be at its address.
   */
  async health(models: readonly string[]): Promise<string | null> {
    const health = await this.#get("/health");
    if (typeof health === "string") return health;
    // Servers other than vLLM and llama.cpp have no /health; that they answer has to do.
    if (health.statusCode >= 500) return `its health check answers ${health.statusCode}`;
    if (models.length === 0) return null;
    const list = await this.#get("/v1/models");
    if (typeof list === "string") return list;
    if (list.statusCode !== 200) return `its list of models answers ${list.statusCode}`;
    const served = parseModelList(list.text)?.flatMap(({ id, aliases }) => [id, ...aliases]) ?? [];
    const missing = models.filter((model) => !served.includes(listedName(model)));
    return missing.length === 0 ? null : `it does not serve ${missing.map(listedName).join(", ")} any more`;
  }

  /** null when there are none. Never rejects. */
  async metrics(): Promise<EngineFigures | null> {
    const reply = await this.#get("/metrics");
    return typeof reply === "string" || reply.statusCode !== 200 ? null : parseEngineFigures(reply.text);
  }

  async close(): Promise<void> {
    await Promise.all([this.#http.close(), ...this.#closing]);
  }

  #get(path: string): Promise<Reply | string> {
    return this.#http.ask(path, { timeoutMs: TIMEOUT_MS });
  }
}

function refusal({ statusCode, text }: Reply): NotUsable {
  const { message } = parseErrorBody(text);
  if (statusCode < 500) return { why: `it refuses the API key (${statusCode}: ${message})`, isLoading: false };
  // llama.cpp answers 503 "Loading model" from its first moment on.
  return { why: `it answers ${statusCode}: ${message}`, isLoading: statusCode === 503 && /\bloading\b/i.test(message) };
}
