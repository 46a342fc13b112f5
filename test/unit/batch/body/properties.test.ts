import fc from "fast-check";
import { expect, test } from "vitest";
import { schemaOf } from "../../../../server/src/batch/body/schema.ts";
import type { Target } from "../../../../server/src/batch/endpoints.ts";
import type { Finding } from "../../../../server/src/batch/finding.ts";
import type { JsonObject } from "../../../../server/src/util/unknown.ts";
import { checkWhole, edited } from "../../../support/bodies/check.ts";
import { allKinds, tabledBodies } from "../../../support/bodies/verdictTable.ts";

const targets: readonly Target[] = ["vllm", "openai"];

/** What has no text and no number, so that a careless conversion throws. */
const unspeakable = { toString: "", valueOf: 1 };
const hostile = [unspeakable, [unspeakable], { a: unspeakable }, [[unspeakable]], { type: unspeakable }];

test.each(allKinds)("takes any JSON without throwing: %s", (kind) => {
  const names = [...Object.keys(schemaOf(kind).properties), "__proto__", "constructor", "extra_body", "guided_json"];
  const bodies = fc.dictionary(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string()),
    fc.oneof({ weight: 4, arbitrary: fc.jsonValue() }, fc.constantFrom(...hostile)),
  );
  fc.assert(
    fc.property(bodies, (made) => {
      const body = JSON.parse(JSON.stringify(made)) as JsonObject;
      for (const target of targets) checkWhole(kind, body, target);
    }),
    { numRuns: 400 },
  );
});

/** As the fixer does it: one fix, then look again. */
function mended(kind: (typeof allKinds)[number], body: JsonObject): { body: JsonObject; rounds: number } {
  let current = body;
  for (let rounds = 0; rounds < 50; rounds += 1) {
    const fix = checkWhole(kind, current).find((finding) => finding.fix?.kind === "safe")?.fix;
    if (fix === undefined) return { body: current, rounds };
    current = edited(current, fix.edits);
  }
  return { body: current, rounds: 50 };
}

const errorCodes = (findings: readonly Finding[]) =>
  new Set(findings.filter(({ severity }) => severity === "error").map(({ code }) => code));

test.each(allKinds)("safe fixes come to an end, and bring no errors of their own: %s", (kind) => {
  for (const { text } of tabledBodies(kind)) {
    const before = JSON.parse(text) as JsonObject;
    const { body, rounds } = mended(kind, before);
    expect(rounds, text).toBeLessThan(10);
    if (rounds === 0) continue;
    const had = errorCodes(checkWhole(kind, before));
    const gained = [...errorCodes(checkWhole(kind, body))].filter((code) => !had.has(code));
    // What is put where it counts is looked at there.
    if (!("extra_body" in before) && !Object.keys(before).some((key) => key.startsWith("guided_"))) {
      expect(gained, text).toEqual([]);
    }
  }
});
