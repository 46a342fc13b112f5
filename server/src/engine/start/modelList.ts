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

/** Reads the answer to `GET /v1/models`. null: it is none. */
export function parseModelList(text: string): ListedModel[] | null {
  const data = property(parseJson(text), "data");
  if (!Array.isArray(data)) return null;
  return data.flatMap((entry: unknown) => {
    const id = property(entry, "id");
    const aliases = property(entry, "aliases");
    const length = property(entry, "max_model_len");
    const owner = property(entry, "owned_by");
    if (typeof id !== "string") return [];
    return [
      {
        id,
        aliases: Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === "string" && alias !== id) : [],
        maxModelLen: Number.isSafeInteger(length) ? Number(length) : null,
        ownedBy: typeof owner === "string" ? owner : null,
      },
    ];
  });
}
