import { describe, expect, test } from "vitest";
import { engineCauses } from "../../../../server/src/protocol/engine.ts";
import { diagnose } from "../../../../server/src/engine/diagnose/diagnose.ts";
import { inventedLogs, type Labelled } from "../../../support/engine/inventedLogs.ts";

const logs = inventedLogs();
const ask = ({ text, exit, stopRequested }: Labelled) => diagnose({ text, exit, stopRequested });

describe("logs with a known cause", () => {
  test.each(engineCauses)("%s is told, with its numbers", (cause) => {
    const ofCause = logs.filter((log) => log.cause === cause);
    expect(ofCause.length).toBeGreaterThan(0);
    for (const log of ofCause) {
      const { cause: told, facts } = ask(log);
      expect([log.cause, ...log.accepted], log.file).toContain(told);
      for (const [name, value] of Object.entries(log.facts)) {
        if (typeof value === "number") expect(facts[name], `${log.file}: ${name}`).toBeCloseTo(value, 1);
        else expect(facts[name], `${log.file}: ${name}`).toEqual(value);
      }
    }
  });

  test("each answer has a sentence, and its lines stand in the log", () => {
    for (const log of logs) {
      const { summary, evidence, cause } = ask(log);
      expect(summary.length, log.file).toBeGreaterThan(15);
      expect(summary, log.file).toMatch(/^[A-Z\d]|^(?:vllm|vLLM|python) /);
      expect(summary, log.file).not.toMatch(/undefined|null|NaN/);
      const isToldByExit = log.exit.signal !== null || (log.exit.code ?? 0) > 128;
      if (!isToldByExit && !["clean_stop", "unknown", "engine_hang", "host_oom_killed"].includes(cause)) {
        expect(evidence.length, log.file).toBeGreaterThan(0);
      }
      const lines = log.text.split("\n");
      for (const { line, text } of evidence) {
        expect(
          lines
            .slice(line - 1, line + 12)
            .join("")
            .replaceAll("\r", ""),
          log.file,
        ).toContain(text.slice(0, 40));
      }
    }
  });

  test("none is told with high confidence and wrong", () => {
    const wrong = logs.filter((log) => {
      const { cause, confidence } = ask(log);
      return confidence === "high" && cause !== log.cause && !log.accepted.includes(cause);
    });
    expect(wrong.map((log) => log.file)).toEqual([]);
  });
});
