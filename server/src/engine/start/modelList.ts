import { property } from "../../util/unknown.ts";

export interface ListedModel {
  id: string;
  /** null: not said. Ollama and others do not. */
  maxModelLen: number | null;
}

/** Reads the answer to `GET /v1/models`. null: it is none. */
export function parseModelList(text: string): ListedModel[] | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  const data = property(answer, "data");
  if (!Array.isArray(data)) return null;
  return data.flatMap((entry: unknown) => {
    const id = property(entry, "id");
    const length = property(entry, "max_model_len");
    if (typeof id !== "string") return [];
    return [{ id, maxModelLen: Number.isSafeInteger(length) ? Number(length) : null }];
  });
}
