import { bodyKindOf, type BodyKind } from "../batch/endpoints.ts";
import { ContainerCursor, stringAt } from "../batch/json/cursor.ts";
import type { Overrides } from "../protocol/records.ts";

/**
 * The body with the run's own settings in it. Only their values are touched; every other byte stays, so numbers that
 * JavaScript cannot hold survive. A setting that its endpoint does not know (a temperature for embeddings) is left out.
 * @param body a JSON object
 */
export function applyOverrides(url: string, body: Buffer, overrides: Overrides): Buffer {
  const kind = bodyKindOf(url);
  const text = body.toString("latin1");
  const wanted = new Map<string, unknown>();
  const model = overrides.model ?? (overrides.models === undefined ? undefined : modelIn(body, text));
  if (model !== undefined) wanted.set("model", sentModel(model, overrides));
  if (kind === "chat" || kind === "completion" || kind === "response") {
    if (overrides.temperature !== undefined) wanted.set("temperature", overrides.temperature);
    if (overrides.topP !== undefined) wanted.set("top_p", overrides.topP);
    if (overrides.seed !== undefined && kind !== "response") wanted.set("seed", overrides.seed);
  }
  if (overrides.maxTokens !== undefined) {
    for (const key of tokenLimitKeys(kind, text)) wanted.set(key, overrides.maxTokens);
  }
  return wanted.size === 0 ? body : withValues(body, text, wanted);
}

/** The name that is sent where the file, or `--model`, has this one. */
export function sentModel(name: string, { models = {} }: Overrides): string {
  return Object.hasOwn(models, name) ? (models[name] ?? name) : name;
}

/** The last one counts, as for every reader of JSON. @param text the body, a character for each byte */
function modelIn(body: Buffer, text: string): string | undefined {
  let literal = "";
  const cursor = new ContainerCursor(text, 0);
  while (cursor.next()) {
    if (cursor.key() === "model") literal = body.subarray(cursor.start, cursor.end).toString("utf8");
  }
  return stringAt(literal, 0, literal.length);
}

/** The key that limits the answer's length: the newer of two where both are known, the one in use where one is. */
function tokenLimitKeys(kind: BodyKind | undefined, text: string): string[] {
  switch (kind) {
    case "chat": {
      const present = keysOf(text);
      const used = ["max_completion_tokens", "max_tokens"].filter((key) => present.has(key));
      return used.length > 0 ? used : ["max_completion_tokens"];
    }
    case "completion":
      return ["max_tokens"];
    case "response":
      return ["max_output_tokens"];
    default:
      return [];
  }
}

function keysOf(text: string): Set<string> {
  const keys = new Set<string>();
  const cursor = new ContainerCursor(text, 0);
  while (cursor.next()) keys.add(cursor.key() ?? "");
  return keys;
}

/** Every occurrence of a key gets the value, so that it does not matter which of several a reader takes. */
function withValues(body: Buffer, text: string, wanted: ReadonlyMap<string, unknown>): Buffer {
  const missing = new Map(wanted);
  const parts: Buffer[] = [];
  let copied = 0;
  const cursor = new ContainerCursor(text, 0);
  while (cursor.next()) {
    const key = stringAt(text, cursor.keyStart, cursor.keyEnd);
    if (key === undefined || !wanted.has(key)) continue;
    parts.push(body.subarray(copied, cursor.start), Buffer.from(JSON.stringify(wanted.get(key))));
    copied = cursor.end;
    missing.delete(key);
  }
  const close = cursor.position - 1;
  parts.push(body.subarray(copied, close));
  let comma = cursor.index >= 0 ? "," : "";
  for (const [key, value] of missing) {
    parts.push(Buffer.from(`${comma}${JSON.stringify(key)}:${JSON.stringify(value)}`));
    comma = ",";
  }
  parts.push(body.subarray(close));
  return Buffer.concat(parts);
}

/** Not `models`: which names a server has is its affair, and is asked once. */
const NAMES: Readonly<Record<Exclude<keyof Overrides, "models">, string>> = {
  model: "--model",
  temperature: "--temperature",
  topP: "--top-p",
  maxTokens: "--max-tokens",
  seed: "--seed",
};

/**
 * In words, what a resume asks for that the run was not started with; null when nothing. What it does not mention
 * stays as it was.
 */
export function changedOverrides(started: Overrides, asked: Overrides): string | null {
  for (const key of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const [before, now] = [started[key], asked[key]];
    if (now === undefined || now === before) continue;
    const was = before === undefined ? "without it" : `with ${String(before)}`;
    return `This run was started ${was}, not with ${NAMES[key]} ${String(now)}.`;
  }
  return null;
}
