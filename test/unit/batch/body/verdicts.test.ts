import { expect, test } from "vitest";
import { schemaOf } from "../../../../server/src/batch/body/schema.ts";
import { differenceFrom, findingsOf } from "../../../support/bodies/agreement.ts";
import { plainBodies, writeJson } from "../../../support/bodies/madeBody.ts";
import { allKinds, readTable, withVerdicts } from "../../../support/bodies/verdictTable.ts";

/** What a real vLLM said; made anew by the test of the same bodies in test/real/validator. */
const table = await readTable("0.32.0");

test.each(allKinds)("agrees with what vLLM 0.32.0 said: %s", (kind) => {
  const differences: string[] = [];
  for (const { body, verdict } of withVerdicts(table, kind)) {
    const difference = differenceFrom(verdict, findingsOf(body));
    if (difference !== null) differences.push(`${difference}: ${body.place}: ${body.value}`);
  }
  expect(differences).toEqual([]);
});

test.each(allKinds)("knows the fields that vLLM knows, and says so of all others: %s", (kind) => {
  const { properties } = schemaOf(kind);
  const known = new Set(table.fields[kind]);
  const unheard = [...known].filter((name) => !(name in properties));
  expect(unheard).toEqual([]);
  for (const [name, schema] of Object.entries(properties)) {
    if (known.has(name)) continue;
    // Not vLLM's: whatever stands in it, it must be called ignored or refused.
    const text = writeJson({ ...plainBodies[kind], [name]: { some: "value" } });
    const codes = findingsOf({ kind, place: name, value: "", text }).map(({ code }) => code);
    expect(codes, name).toContain(schema["x-refused"] === undefined ? "body.ignored" : "body.unsupported");
  }
});
