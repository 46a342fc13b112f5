import type { StartPhase, StartProgress } from "../../protocol/engine.ts";

const phaseWords: Readonly<Record<StartPhase, string>> = {
  launching: "its program starts",
  configuring: "it reads the model's configuration",
  downloading: "it downloads the model",
  loading: "it loads the weights",
  compiling: "it compiles",
  kvCache: "it makes room for the KV cache",
  graphs: "it captures CUDA graphs",
  serving: "it opens its port",
};

/** Where a start is: `it loads the weights, 3 of 8`. */
export function startWords({ phase, done, total }: StartProgress): string {
  const count = done === null || total === null ? "" : `, ${done} of ${total}`;
  return phaseWords[phase] + count;
}
