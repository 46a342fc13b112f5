import type { Diagnosis, FlagValue, ProfileChange } from "../../protocol/engine.ts";

const longestLine = 200;

/** A diagnosis for a person: what, how sure, the lines that prove it, what to do. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { cause, confidence, summary, evidence, remedies } = diagnosis;
  const lines = [`${cause} (confidence: ${confidence})`, "", summary];
  if (evidence.length > 0) {
    lines.push("", "Seen in the log:");
    for (const { line, text } of evidence) lines.push(`  line ${String(line)}: ${text.slice(0, longestLine)}`);
  }
  if (remedies.length > 0) {
    lines.push("", "What to do:");
    for (const { text, change } of remedies) {
      lines.push(`  - ${text}`);
      if (change !== null) lines.push(`    in a profile: ${changeText(change)}`);
    }
  }
  return lines.join("\n");
}

function changeText({ flags = {}, env = {} }: ProfileChange): string {
  const told = (name: string, value: FlagValue | null): string =>
    value === null ? `without ${name}` : `${name} = ${JSON.stringify(value)}`;
  return [
    ...Object.entries(flags).map(([name, value]) => told(`--${name}`, value)),
    ...Object.entries(env).map(([name, value]) => told(name, value)),
  ].join(", ");
}
