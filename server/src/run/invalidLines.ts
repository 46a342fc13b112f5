import type { InvalidLine } from "../batch/checker.ts";
import type { Problem } from "../protocol/problem.ts";
import type { RunError } from "../protocol/records.ts";

/** Whether a line that the check found fault with must not be sent: what is wrong with a name, `--model` mends. */
export function isUnusable({ problems }: InvalidLine, modelOverridden: boolean): boolean {
  return !modelOverridden || problems.some(({ code }) => code !== "body.missingModel" && !code.startsWith("model."));
}

/** How such a line stands in the error file. */
export function errorOfInvalidLine(invalid: InvalidLine): { customId: string | null; error: RunError } {
  const { line, endLine, problems } = invalid;
  const [first] = problems;
  const isDuplicate = problems.some(({ code }) => code === "customId.duplicate");
  return {
    // Of a line whose id stands twice, the answer under that id belongs to the other one.
    customId: isDuplicate || invalid.customId === "" ? null : invalid.customId,
    error: {
      code: first?.code ?? "request.invalid",
      message: first?.message ?? "The check refuses this line.",
      line,
      ...(endLine === line ? {} : { end_line: endLine }),
      attempts: 0,
      causes: problems.map(describe),
    },
  };
}

function describe({ code, line, column, message }: Problem): string {
  return `${code} at ${line}:${column}: ${message}`;
}
