import { parseJson } from "../../../util/unknown.ts";
import type { EngineHttp, Reply } from "../../http/engineHttp.io.ts";
import { parseModelList } from "../../start/modelList.ts";
import { parseEngineFigures } from "../../watch/engineMetrics.ts";
import { isSimulated, judgeServer, type ServerFacts } from "../serverFacts.ts";

/** Why nobody can be asked there, or who refuses: the answer that says so. */
export type NoServer = { reached: false; why: string } | { reached: true; reply: Reply };

/**
 * Asks what answers at an address, by GET alone, with `timeoutMs` for each question. Never rejects. A server without a
 * list of models is one all the same: what it can is seen when it is asked.
 */
export async function identifyServer(http: EngineHttp, timeoutMs: number): Promise<ServerFacts | NoServer> {
  const list = await http.ask("/v1/models", { timeoutMs });
  if (typeof list === "string") return { reached: false, why: list };
  if (list.statusCode === 401 || list.statusCode === 403 || list.statusCode >= 500)
    return { reached: true, reply: list };
  const models = list.statusCode === 200 ? parseModelList(list.text) : null;
  const json = async (path: string): Promise<unknown> => {
    const reply = await http.ask(path, { timeoutMs });
    return typeof reply === "string" || reply.statusCode !== 200 ? undefined : parseJson(reply.text);
  };
  // A vLLM has said so already, and logs each path that it does not have.
  const isVllm = models?.some(({ ownedBy }) => ownedBy === "vllm") === true;
  const unlessVllm = async (path: string): Promise<unknown> => (isVllm ? undefined : await json(path));
  const [version, ollamaVersion, lmStudioModels, props, metrics] = await Promise.all([
    json("/version"),
    unlessVllm("/api/version"),
    unlessVllm("/api/v0/models"),
    unlessVllm("/props"),
    http.ask("/metrics", { timeoutMs }),
  ]);
  return {
    ...judgeServer({ models: models ?? [], version, ollamaVersion, lmStudioModels, props }),
    models: models?.flatMap(({ id, aliases }) => [id, ...aliases]) ?? null,
    simulated: list.headers["x-simulated"] === "true" || isSimulated(version),
    hasMetrics: typeof metrics !== "string" && metrics.statusCode === 200 && parseEngineFigures(metrics.text) !== null,
  };
}
