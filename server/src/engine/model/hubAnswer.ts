/** What the Hub says of a repository (`GET /api/models/NAME?blobs=true`). */
import { property } from "../../util/unknown.ts";
import { findWeights, type FileSize } from "./weightFiles.ts";

export interface HubRepository {
  gated: boolean | null;
  weightBytes: number | null;
  chatTemplate: boolean | null;
}

/** Never throws; null for what the answer leaves out. */
export function readHubRepository(answer: unknown): HubRepository {
  const gated = property(answer, "gated");
  const siblings = property(answer, "siblings");
  const files = Array.isArray(siblings) ? siblings.map(fileOf).filter((file) => file !== null) : [];
  const weights = findWeights(files);
  const tokenizer = property(property(answer, "config"), "tokenizer_config");
  const inConfig = property(tokenizer, "chat_template") !== undefined;
  const asFile = files.some(({ name }) => name === "chat_template.jinja" || name === "chat_template.json");
  return {
    gated: typeof gated === "boolean" ? gated : typeof gated === "string" ? true : null,
    weightBytes: weights.complete === true ? weights.bytes : null,
    chatTemplate: inConfig || asFile ? true : null,
  };
}

function fileOf(sibling: unknown): FileSize | null {
  const name = property(sibling, "rfilename");
  const size = property(sibling, "size");
  if (typeof name !== "string") return null;
  return { name, bytes: typeof size === "number" && Number.isFinite(size) && size >= 0 ? size : null };
}
