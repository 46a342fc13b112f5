import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { TranscriptLabel } from "../../../../scripts/engine/failures/store.ts";
import { diagnose } from "../../../../server/src/engine/diagnose/diagnose.ts";
import type { Diagnosis, FactValue } from "../../../../server/src/protocol/engine.ts";

const folder = path.resolve(import.meta.dirname, "..", "..", "..", "fixtures", "engine-logs", "real");
const labels = JSON.parse(readFileSync(path.join(folder, "labels.json"), "utf8")) as TranscriptLabel[];

const diagnosed = labels.map((label) => {
  const text = readFileSync(path.join(folder, label.file), "utf8");
  const diagnosis = diagnose({ text, exit: label.exit, stopRequested: label.context.stopRequested });
  return { label, text, diagnosis, right: accepted(label).includes(diagnosis.cause) };
});

function accepted(label: TranscriptLabel): string[] {
  return [label.cause, ...(label.also_accept ?? [])];
}

/** GiB are rounded by whoever prints them. */
function same(said: FactValue, listed: FactValue): boolean {
  if (typeof said === "number" && typeof listed === "number") return Math.abs(said - listed) <= 0.02;
  return String(said) === String(listed);
}

function verdict({ label, diagnosis }: { label: TranscriptLabel; diagnosis: Diagnosis }): string {
  return `${label.file}: ${diagnosis.cause} (${diagnosis.confidence}) instead of ${label.cause}`;
}

describe("transcripts of a real vLLM", () => {
  test("at least 95 % are explained rightly", () => {
    const wrong = diagnosed.filter(({ right }) => !right).map(verdict);
    expect(wrong.length / diagnosed.length, wrong.join("\n")).toBeLessThanOrEqual(0.05);
  });

  test("none is explained wrongly with high confidence", () => {
    const sure = diagnosed.filter(({ right, diagnosis }) => !right && diagnosis.confidence === "high");
    expect(sure.map(verdict)).toEqual([]);
  });

  test("a stop that was asked for is never called a failure", () => {
    const stops = diagnosed.filter(({ label }) => label.cause === "clean_stop");
    expect(stops.length).toBeGreaterThan(3);
    expect(stops.filter(({ diagnosis }) => diagnosis.cause !== "clean_stop").map(verdict)).toEqual([]);
  });

  test("the evidence stands in the transcript, at the lines that it names", () => {
    for (const { label, text, diagnosis } of diagnosed) {
      const lines = text.split("\n");
      if (diagnosis.cause !== "unknown" && diagnosis.cause !== "clean_stop" && label.exit.signal === null) {
        expect(diagnosis.evidence, label.file).not.toEqual([]);
      }
      for (const { line } of diagnosis.evidence) expect(lines[line - 1], `${label.file}:${line}`).toBeDefined();
    }
  });

  test("at least 80 % of the numbers and names that stand in the text are found", () => {
    const listed = diagnosed.flatMap(({ label, diagnosis }) =>
      Object.entries(label.facts).map(([name, value]) => ({ name, value, label, said: diagnosis.facts[name] })),
    );
    const missed = listed.filter(({ value, said }) => said === undefined || !same(said, value));
    const lines = missed.map(
      ({ label, name, value, said }) => `${label.file}: ${name} = ${String(said)}, not ${String(value)}`,
    );
    expect(missed.length / listed.length, lines.join("\n")).toBeLessThanOrEqual(0.2);
  });
});
