import { describe, expect, test } from "vitest";
import type { ContextOutcome } from "../../../../server/src/engine/tune/contextSearch.ts";
import type { TriedContext } from "../../../../server/src/engine/tune/triedContext.ts";
import { endText, nextTryText, soFarText, triedText } from "../../../../server/src/engine/tune/tuneWords.ts";

const limits = { longest: null, hint: null, blockTokens: 16, mostStarts: 8 };
const tried = (outcome: ContextOutcome, change: Partial<TriedContext> = {}): TriedContext => ({
  ...{ outcome, hint: null, why: "", startSeconds: 40, loadSeconds: 20, requests: 3 },
  ...{ kvCacheTokens: null, blockTokens: null },
  ...change,
});
const refused = tried(
  { kind: "tooLong", length: 8192, most: 2048 },
  { hint: 2048, loadSeconds: null, why: "Too long." },
);
const died = tried({ kind: "tooLong", length: 2048, most: null }, { why: "It died." });
const works = tried({ kind: "worked", length: 1024 });

describe("before a start", () => {
  test("the first tells no time, for none is known", () => {
    const step = { kind: "try", length: null, reason: "longest" } as const;
    expect(nextTryText(step, limits, [])).toBe("Start 1: the model's own length (longer it cannot be).");
  });

  test("what vLLM says has room is usually the last", () => {
    const step = { kind: "try", length: 2048, reason: "hint" } as const;
    expect(nextTryText(step, limits, [refused])).toBe(
      "Start 2: 2,048 tokens (by what the engine has said). Usually the last one: about 40s.",
    );
  });

  test("later the time for all starts that there may be is told", () => {
    const step = { kind: "try", length: 1024, reason: "between" } as const;
    expect(nextTryText(step, { ...limits, blockTokens: 512 }, [refused, died])).toBe(
      "Start 3: 1,024 tokens (between 0 and 2,048). At most 2 starts: about 1m 40s.",
    );
  });
});

test("in between: the longest that was seen to work so far", () => {
  expect(soFarText([refused])).toBe("No context was seen to work so far.");
  expect(soFarText([refused, works, died])).toBe("The longest context that was seen to work so far: 1,024 tokens.");
});

test("after a start: what came of it, and how long it took", () => {
  expect(triedText(died)).toBe("  No: It died. (1m 00s)");
  expect(triedText(works)).toBe("  Works: ready after 40s; 3 requests at once that filled it were answered in 20s.");
});

describe("at the end", () => {
  test("what was seen to work, and from where on it is too long", () => {
    expect(endText({ kind: "end", found: 1024, reason: "narrowed" }, [refused, died, works])).toBe(
      "The longest context that was seen to work: 1,024 tokens. 2,048 tokens are too long.",
    );
  });

  test("that nothing was tried in between when the starts are used up", () => {
    expect(endText({ kind: "end", found: 1024, reason: "startsUsed" }, [refused, died, works])).toContain(
      "In between nothing was tried",
    );
  });

  test("that nothing works, and that the length is not to blame", () => {
    expect(endText({ kind: "end", found: null, reason: "unrelated" }, [tried({ kind: "unrelated" })])).toBe(
      "No context was found that works. The length is not what is wrong: see above.",
    );
  });

  test("that nothing works, and what is to be done when the engine gives no length to go on with", () => {
    const silent = tried({ kind: "tooLong", length: null, most: null });
    expect(endText({ kind: "end", found: null, reason: "lost" }, [silent])).toBe(
      "No context was found that works. Nothing tells how long it may be: give --up-to N.",
    );
    const tiny = tried({ kind: "tooLong", length: 16, most: null });
    expect(endText({ kind: "end", found: null, reason: "narrowed" }, [tiny])).toBe(
      "No context was found that works. Not even one block of the KV cache has room.",
    );
  });
});
