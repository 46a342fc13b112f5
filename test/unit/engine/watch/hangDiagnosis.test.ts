import { expect, test } from "vitest";
import { hangDiagnosis } from "../../../../server/src/engine/watch/hangDiagnosis.ts";

const figures = { at: 0, steps: 1, promptTokens: 1, generationTokens: 1, kvUsage: null, preemptions: null };

test("says what stands still, by the metrics where they tell", () => {
  const seen = hangDiagnosis(121_000, { ...figures, running: 4, waiting: 12 }, 16);
  expect(seen).toMatchObject({
    cause: "engine_hang",
    confidence: "high",
    facts: { timeoutSeconds: 121, running: 4, waiting: 12, genThroughput: 0 },
  });
  expect(seen.summary).toContain("nothing has moved for 121 s, with 4 requests running and 12 waiting");
});

test("and by our own requests where they tell nothing, or old figures", () => {
  expect(hangDiagnosis(60_000, null, 16)).toMatchObject({ confidence: "medium", facts: { timeoutSeconds: 60 } });
  expect(hangDiagnosis(60_000, null, 16).summary).toContain("16 requests unanswered");
  expect(hangDiagnosis(60_000, { ...figures, running: 0, waiting: 0 }, 3).summary).toContain("3 requests unanswered");
});
