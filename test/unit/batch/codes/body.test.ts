import { expect, test } from "vitest";
import { severities } from "../../../../server/src/batch/body/codes.ts";
import { bodyCodes } from "../../../../server/src/batch/codes/body.ts";

test("each code about bodies has an entry in the catalogue, of the same severity", () => {
  const entries = bodyCodes.map(({ code, severity }) => [code, severity] as const);
  expect(Object.fromEntries(entries)).toEqual(severities);
  expect(entries).toHaveLength(Object.keys(severities).length);
});
