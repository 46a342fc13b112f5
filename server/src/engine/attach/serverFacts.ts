/** What a server says about itself, from the documented shapes of its answers. They are a stranger's: all unknown. */
import type { ServerKind } from "../../protocol/engine.ts";
import { foreignText } from "../../util/printable.ts";
import { property } from "../../util/unknown.ts";
import type { ListedModel } from "../start/modelList.ts";

export interface ServerFacts {
  server: ServerKind;
  /** null: it does not say. */
  version: string | null;
  /** The names of `/v1/models`; null when there is no such list. */
  models: string[] | null;
  /** True when the answers are made up, by its own word. */
  simulated: boolean;
  /** Whether it has vLLM's metrics. */
  hasMetrics: boolean;
  /** How many requests it works on at once, where it says so. */
  slots: number | null;
}

/** The answers, as JSON values; undefined where there was none. */
export interface ServerAnswers {
  /** `GET /v1/models`, read. */
  models: readonly ListedModel[];
  /** `GET /version`: vLLM. */
  version: unknown;
  /** `GET /api/version`: Ollama. */
  ollamaVersion: unknown;
  /** `GET /api/v0/models`: LM Studio since 0.3.6. */
  lmStudioModels: unknown;
  /** `GET /props`: llama.cpp. */
  props: unknown;
}

/**
 * Other servers imitate these routes for the sake of their clients, so each is known by what only it says. LM Studio
 * answers 200 to any path at all (lmstudio-bug-tracker#618): that there is an answer says nothing, its fields do.
 */
export function judgeServer(answers: ServerAnswers): Pick<ServerFacts, "server" | "version" | "slots"> {
  const { models, version, ollamaVersion, props } = answers;
  const owners = new Set(models.map(({ ownedBy }) => ownedBy));
  if (owners.has("llamacpp") || typeof property(props, "total_slots") === "number") {
    const slots = property(props, "total_slots");
    const known = typeof slots === "number" && Number.isSafeInteger(slots) && slots > 0;
    return { server: "llamacpp", version: textOf(props, "build_info"), slots: known ? slots : null };
  }
  const vllm = textOf(version, "version");
  if (owners.has("vllm") || vllm !== null) return { server: "vllm", version: vllm, slots: null };
  const ollama = textOf(ollamaVersion, "version");
  if (ollama !== null) return { server: "ollama", version: ollama, slots: null };
  return { server: isLmStudio(answers.lmStudioModels) ? "lmstudio" : "other", version: null, slots: null };
}

/** `{data: [{id, type, compatibility_type, state, …}]}`; an empty list is one, too. */
function isLmStudio(answer: unknown): boolean {
  const data = property(answer, "data");
  return Array.isArray(data) && data.every((model) => textOf(model, "state") !== null);
}

export function isSimulated(version: unknown): boolean {
  return property(version, "simulated") === true || /simulat/i.test(textOf(version, "version") ?? "");
}

const names: Readonly<Record<ServerKind, string>> = {
  vllm: "vLLM",
  ollama: "Ollama",
  lmstudio: "LM Studio",
  llamacpp: "llama.cpp",
  other: "OpenAI-compatible server",
};

/** What a person calls it, such as "Ollama". */
export function serverName(server: ServerKind): string {
  return names[server];
}

/** The same for one that was found, with its version: "vLLM simulator 0.32.0+simulated". */
export function serverTitle({
  server,
  simulated,
  version,
}: Pick<ServerFacts, "server" | "simulated" | "version">): string {
  return [serverName(server), simulated ? "simulator" : "", version ?? ""].filter((word) => word !== "").join(" ");
}

/** An own field that is a text, as far as it can be read, and cut where no version would be so long. */
function textOf(value: unknown, key: string): string | null {
  const field = property(value, key);
  const text = typeof field === "string" ? foreignText(field, 100) : "";
  return text === "" ? null : text;
}
