/** All that is known of a model before it is loaded. */
import type { ModelShape } from "./modelShape.ts";

export interface ModelFacts {
  /** As it was asked for: a repository on the Hub, a folder or a file. */
  name: string;
  /**
   * folder   → a local folder, or a GGUF file
   * cache    → the Hugging Face cache has at least its configuration
   * missing  → written as a path, and nothing is there
   * away     → a repository that is not in the cache
   * unknown  → neither a path nor a name that the Hub could have
   */
  place: "folder" | "cache" | "missing" | "away" | "unknown";
  /** Folder of its files on this machine. */
  folder: string | null;
  /** null: config.json is not here, or is none; `problem` says more. */
  shape: ModelShape | null;
  /** Bytes of the weights; null: not known. */
  weights: WeightFacts | null;
  /** All files of the weights are here. null: it cannot be told. */
  complete: boolean | null;
  /** Bytes still to be downloaded; null: not known. */
  missingBytes: number | null;
  /** A chat template is among the files. null: it cannot be told. */
  chatTemplate: boolean | null;
  /** Files of a tokenizer are here. null: it cannot be told. */
  tokenizer: boolean | null;
  /** Somebody has to grant access; null: only the Hub knows, and it was not asked. */
  gated: boolean | null;
  /** The Hub says there is no such repository, or none that may be seen without a token. null: not asked. */
  existsOnHub: boolean | null;
  /** A token for the Hub is set up. Its value is not read. */
  tokenPresent: boolean;
  /** The Hub is not to be asked (HF_HUB_OFFLINE). */
  offline: boolean;
  /** Where downloads go, and what is free there; null: it cannot be told. */
  cacheFolder: string;
  freeBytes: number | null;
  /** Why something could not be read, for a person. */
  problem: string | null;
}

export interface WeightFacts {
  bytes: number;
  /** From where: the checkpoint's own index, its files, the Hub, or the shape alone (an estimate). */
  source: "index" | "files" | "hub" | "shape";
}
