import { expect, test } from "vitest";
import { explainBody } from "../../../../server/src/batch/body/explainBody.ts";
import type { Finding } from "../../../../server/src/batch/finding.ts";
import * as validators from "../../../../server/src/batch/generated/bodyValidators.js";
import { seededRandom } from "../../../../server/src/util/seededRandom.ts";
import type { JsonObject } from "../../../../server/src/util/unknown.ts";
import { compositeBodies } from "../../../support/bodies/composite.ts";
import { allKinds, tabledBodies } from "../../../support/bodies/verdictTable.ts";

/** The compiled schemas are the short way, and the explanation the long one: it is asked only where they say no. */
test.each(allKinds)("a compiled schema passes no body of which there is something to say: %s", (kind) => {
  const bodies = [...tabledBodies(kind), ...compositeBodies(kind, 1_000, seededRandom(7))];
  const missed: string[] = [];
  let passed = 0;
  for (const { text } of bodies) {
    const body = JSON.parse(text) as JsonObject;
    if (!validators[kind](body)) continue;
    passed += 1;
    const findings: Finding[] = [];
    explainBody({ kind, body, target: "vllm", report: (finding) => void findings.push(finding), textOf: undefined });
    if (findings.length > 0) missed.push(`${text}: ${findings.map(({ message }) => message).join(" ")}`);
  }
  expect(missed).toEqual([]);
  // The short way is taken often enough to be worth something.
  expect(passed).toBeGreaterThan(bodies.length / 20);
});
