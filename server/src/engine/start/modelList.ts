import { foreignText } from "../../util/printable.ts";
import { parseJson, property } from "../../util/unknown.ts";

export interface ListedModel {
  id: string;
  /** Further names that it answers to: llama.cpp's `--alias`. */
  aliases: string[];
  /** null: not said. Ollama and others do not. */
  maxModelLen: number | null;
  /** `vllm`, `llamacpp`; a part of the name for Ollama; null: not said. */
  ownedBy: string | null;
}

/** Names, with the aliases. They go to terminals and into records, and the list is a stranger's. */
const MOST_NAMES = 1_000;
const LONGEST_NAME = 200;

/** A model's name as it is in a list that was read: to look a name of ours up in one. */
export function listedName(name: string): string {
  return foreignText(name, LONGEST_NAME);
}

/** Reads the answer to `GET /v1/models`: of what is in it, the first 1,000 names. null: it is none. */
export function parseModelList(text: string): ListedModel[] | null {
  const data = property(parseJson(text), "data");
  if (!Array.isArray(data)) return null;
  const list: ListedModel[] = [];
  let room = MOST_NAMES;
  for (const entry of data as unknown[]) {
    if (room === 0) break;
    const model = parseModel(entry, room - 1);
    if (model === null) continue;
    list.push(model);
    room -= 1 + model.aliases.length;
  }
  return list;
}

/** @param mostAliases how many of its aliases to take */
function parseModel(entry: unknown, mostAliases: number): ListedModel | null {
  const id = nameAt(entry, "id");
  const aliases = property(entry, "aliases");
  const length = property(entry, "max_model_len");
  if (id === null) return null;
  const others: unknown[] = Array.isArray(aliases) ? aliases : [];
  return {
    id,
    aliases: others
      .filter((alias) => typeof alias === "string")
      .map(listedName)
      .filter((alias) => alias !== id)
      .slice(0, mostAliases),
    maxModelLen: Number.isSafeInteger(length) ? Number(length) : null,
    ownedBy: nameAt(entry, "owned_by"),
  };
}

function nameAt(entry: unknown, key: string): string | null {
  const name = property(entry, key);
  return typeof name === "string" ? listedName(name) : null;
}
