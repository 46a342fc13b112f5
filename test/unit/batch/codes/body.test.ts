import { describe, expect, test } from "vitest";
import { severities } from "../../../../server/src/batch/body/codes.ts";
import { bodyCodes } from "../../../../server/src/batch/codes/body.ts";
import { RequestJudge } from "../../../../server/src/batch/judge.ts";
import type { AnyFinding } from "../../../../server/src/batch/finding.ts";
import type { Target } from "../../../../server/src/batch/endpoints.ts";

function findingsOf(line: string, target: Target): AnyFinding[] {
  const findings: AnyFinding[] = [];
  new RequestJudge(target).judge(line, JSON.parse(line), 1, findings);
  return findings;
}

describe("the catalogue of problems in bodies", () => {
  test("has an entry for each code, and no other", () => {
    expect(bodyCodes.map(({ code }) => code).toSorted()).toEqual(Object.keys(severities).toSorted());
  });

  test.each(bodyCodes)("$code is in its bad example, and its good example has no problem", (entry) => {
    const targets: readonly Target[] = entry.target === undefined ? ["vllm", "openai"] : [entry.target];
    for (const target of targets) {
      const found = findingsOf(entry.bad, target).find(({ code }) => code === entry.code);
      expect(found?.severity).toBe(entry.severity);
      expect(found?.fix?.kind ?? null).toBe(entry.fix);
      // Names of models are judged elsewhere, and a model for vLLM is none of OpenAI's.
      const inGood = findingsOf(entry.good, target).filter(({ code }) => code.startsWith("body."));
      expect(inGood).toEqual([]);
    }
  });
});
