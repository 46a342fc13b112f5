import type { Target } from "../endpoints.ts";
import type { Report } from "../finding.ts";

/** Judges the name of a model (the path of its findings is body.model). Pure: the answer is kept for equal names. */
export function checkModel(
  _model: string,
  _target: Target,
  _userModels: Readonly<Record<string, string>>,
  _report: Report,
): void {
  // Comes with the model names.
}
