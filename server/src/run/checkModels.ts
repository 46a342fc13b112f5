import { resolveModel } from "../batch/models/resolveModel.ts";
import type { Manifest, Overrides } from "../protocol/records.ts";
import {
  answersAnyName,
  missingModels,
  missingSentence,
  otherNames,
  type Asked,
  type Served,
} from "./missingModels.ts";
import { sentModel } from "./overrides.ts";
import { RunProblem } from "./runProblem.ts";
import type { EngineChoice } from "./startOptions.ts";

type Notify = (text: string) => void;

/** The names that are sent for the models of the file. */
export function sentModels({ models, overrides }: Pick<Manifest, "models" | "overrides">): string[] {
  return models.map((model) => sentModel(model, overrides));
}

/** Has the server's own names sent for models that it has under another, and says so. */
export function mapModels(manifest: Pick<Manifest, "models" | "overrides">, served: Served, notify: Notify): void {
  const names = otherNames(missingModels(sentModels(manifest), served), served);
  for (const [model, name] of Object.entries(names)) {
    notify(`"${model}" is sent as "${name}". ${whySame(model, name)}`);
  }
  if (Object.keys(names).length > 0) manifest.overrides = { ...manifest.overrides, models: names };
}

/** What a run goes on with: the names of `--map-models` are those of one server, and no other is sent them. */
export function overridesFor(
  choice: EngineChoice,
  { overrides, engine }: Pick<Manifest, "overrides" | "engine">,
): Overrides {
  const isSame = choice.kind === "attached" && engine.kind === "attached" && choice.url === engine.url;
  return isSame && choice.mapModels !== true ? overrides : withoutNames(overrides);
}

function withoutNames({ models: _, ...others }: Overrides): Overrides {
  return others;
}

/** What Ollama pulls is mostly quantised: the sentence of whichever name is Ollama's says how much. */
function whySame(model: string, name: string): string {
  return [name, model].map((one) => resolveModel(one)).find(({ action }) => action === "rewrite")?.why ?? "";
}

/**
 * Some models missing: those requests will fail, one by one. All missing: the wrong engine. So is one that would answer
 * them with another model. Throws RunProblem.
 */
export function checkModels(wanted: readonly string[], served: Served, engine: Asked, notify: Notify): void {
  const missing = missingModels(wanted, served);
  if (missing.length === 0) return;
  const sentence = missingSentence(missing, served, engine);
  if (missing.length === wanted.length || answersAnyName(served)) throw new RunProblem("input", sentence);
  notify(`${sentence} The other requests are run.`);
}
