import names from "../../../../schemas/model-names.json" with { type: "json" };

/** The shape of schemas/model-names.json, which its schema explains. Tags are separated by spaces. */
export interface ModelNames {
  families: readonly FamilyEntry[];
  publishers: readonly PublisherEntry[];
  converters: readonly string[];
  ollamaAccounts: readonly string[];
  uploads: readonly UploadEntry[];
}

/** What holds of one repository; a family's entry gives the defaults for all of its repositories. */
export interface RepositoryFacts {
  /** null: unknown. */
  gated?: boolean | null | undefined;
  /** Bits of each weight of what Ollama pulls when the tag names no quantisation. Default 4. */
  pulled?: number | undefined;
  /** How the publisher stores the weights, when not in 16 bits. */
  stored?: string | undefined;
  note?: string | undefined;
}

export interface RepositoryEntry extends RepositoryFacts {
  tags: string;
  /** What the tag may also mean: it moved, or other tables say so. */
  also?: readonly string[] | undefined;
  /** The repository's name before the publisher changed it. */
  formerly?: string | undefined;
}

export interface FamilyEntry extends RepositoryFacts {
  name: string;
  kind?: string | undefined;
  /** The tag that a name without tag stands for. */
  latest?: string | undefined;
  aliases?: Readonly<Record<string, string | undefined>> | undefined;
  repositories: Readonly<Record<string, string | RepositoryEntry | undefined>>;
  unclear?: readonly ChoiceEntry[] | undefined;
}

export interface ChoiceEntry {
  tags: string;
  candidates: readonly string[];
}

export interface PublisherEntry {
  name: string;
  formerly?: string | undefined;
  kind?: string | undefined;
  gated: boolean | null;
  models: readonly string[];
}

export interface UploadEntry extends ChoiceEntry {
  name: string;
}

export const modelNames: ModelNames = names;
