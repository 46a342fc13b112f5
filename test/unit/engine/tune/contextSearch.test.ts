import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  mostStartsLeft,
  nextSearchStep,
  type ContextTry,
  type SearchLimits,
  type SearchStep,
} from "../../../../server/src/engine/tune/contextSearch.ts";

type Engine = (length: number | null) => ContextTry;
type Ending = Extract<SearchStep, { kind: "end" }>;

interface Searched extends Ending {
  tries: ContextTry[];
  asked: (number | null)[];
}

const limits: SearchLimits = { longest: null, hint: null, blockTokens: 16, mostStarts: 8 };

const worked = (length: number, hint: number | null = null): ContextTry => ({
  outcome: { kind: "worked", length },
  hint,
});
const tooLong = (length: number | null, most: number | null = null): ContextTry => ({
  outcome: { kind: "tooLong", length, most },
  hint: most,
});

/** Sees a search to its end. Throws when there is none. */
function search(engine: Engine, given: Partial<SearchLimits> = {}): Searched {
  const all = { ...limits, ...given };
  const tries: ContextTry[] = [];
  const asked: (number | null)[] = [];
  for (;;) {
    const step = nextSearchStep(all, tries);
    if (step.kind === "end") return { ...step, tries, asked };
    if (tries.length >= 100) throw new Error("It does not end.");
    asked.push(step.length);
    tries.push(engine(step.length));
  }
}

/** An engine with room for `room` tokens; `own`: the model's length. */
const withRoom =
  (room: number, own: number, says: (room: number) => number | null = (most) => most): Engine =>
  (length) => {
    const asked = length ?? own;
    return asked <= room ? worked(asked) : tooLong(asked, says(room));
  };

describe("a search for the longest context", () => {
  test("is over after one start when the model's own length works", () => {
    expect(search(withRoom(9000, 8192))).toMatchObject({ found: 8192, reason: "longest", asked: [null] });
  });

  test("takes what vLLM itself says has room, and needs no third start", () => {
    expect(search(withRoom(2048, 8192))).toMatchObject({ found: 2048, reason: "narrowed", asked: [null, 2048] });
  });

  test("goes on below when what vLLM says has room dies under load", () => {
    const engine: Engine = (length) =>
      length === null ? tooLong(8192, 4096) : length > 3000 ? tooLong(length) : worked(length);
    const { found, asked } = search(engine, { mostStarts: 20 });
    expect(found).toBe(2992);
    expect(asked.slice(0, 3)).toEqual([null, 4096, 2048]);
  });

  test("halves in whole blocks when nothing is said", () => {
    const { found, asked, reason } = search(
      withRoom(1000, 8192, () => null),
      { mostStarts: 20, blockTokens: 128 },
    );
    expect({ found, reason }).toEqual({ found: 896, reason: "narrowed" });
    expect(asked.slice(1).every((length) => length !== null && length % 128 === 0)).toBe(true);
  });

  test("prefers an estimate to the middle, and a measured size to both", () => {
    const engine: Engine = (length) =>
      length === null ? tooLong(32_768) : length <= 20_000 ? worked(length, 20_000) : tooLong(length);
    const { asked } = search(engine, { hint: 12_345 });
    expect(asked.slice(0, 3)).toEqual([null, 12_336, 20_000]);
  });

  test("is over at once when the length is not to blame, with what worked before", () => {
    const engine: Engine = (length) =>
      length === null
        ? tooLong(8192)
        : length <= 4096
          ? worked(length)
          : { outcome: { kind: "unrelated" }, hint: null };
    expect(search(engine)).toMatchObject({ found: 4096, reason: "unrelated" });
    expect(search(() => ({ outcome: { kind: "unrelated" }, hint: null }))).toMatchObject({ found: null });
  });

  test("does not guess when not even the model's own length is known", () => {
    expect(search(() => tooLong(null))).toMatchObject({ found: null, reason: "lost" });
  });

  test("says when lengths are left that it had no starts for", () => {
    const { found, reason } = search(
      withRoom(1000, 8192, () => null),
      { mostStarts: 3 },
    );
    expect({ found, reason }).toEqual({ found: null, reason: "startsUsed" });
  });
});

const someLimits = fc.record({
  longest: fc.option(fc.integer({ min: 1, max: 200_000 })),
  hint: fc.option(fc.integer({ min: 1, max: 300_000 })),
  blockTokens: fc.constantFrom(1, 16, 32, 128, 256),
  mostStarts: fc.integer({ min: 1, max: 20 }),
});

const anyLength = fc.integer({ min: 1, max: 300_000 });
/** Only of the model's own length an engine may fail to say how long it is. */
const anyTry: fc.Arbitrary<(asked: number | null, own: number) => ContextTry> = fc
  .record({
    kind: fc.constantFrom("worked", "worked", "tooLong", "tooLong", "unrelated"),
    named: fc.boolean(),
    most: fc.option(anyLength),
    hint: fc.option(anyLength),
  })
  .map(({ kind, named, most, hint }) => (asked, own) => {
    if (kind === "worked") return worked(asked ?? own, hint);
    if (kind === "unrelated") return { outcome: { kind }, hint };
    return { outcome: { kind: "tooLong", length: asked ?? (named ? own : null), most }, hint };
  });

describe("whatever the engine says", () => {
  test("a search ends within its starts, and tells only a length that was seen to work", () => {
    fc.assert(
      fc.property(someLimits, fc.array(anyTry, { minLength: 20, maxLength: 20 }), anyLength, (given, answers, own) => {
        let index = 0;
        const { found, tries, asked } = search((length) => {
          const answer = answers[index++];
          if (answer === undefined) throw new Error("More starts than were allowed.");
          return answer(length, own);
        }, given);
        expect(tries.length).toBeLessThanOrEqual(given.mostStarts);
        const seen = tries.flatMap(({ outcome }) => (outcome.kind === "worked" ? [outcome.length] : []));
        expect(found).toBe(seen.length === 0 ? null : Math.max(...seen));
        // No length is tried again: a try lies between all that worked and all that did not.
        expect(new Set(asked).size).toBe(asked.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("of an engine with a certain room the search finds it to the block, if it has the starts", () => {
    const world = fc.record({
      room: fc.integer({ min: 1, max: 150_000 }),
      own: fc.integer({ min: 1, max: 200_000 }),
      blockTokens: fc.constantFrom(16, 128),
      tells: fc.constantFrom("all", "nothing", "wrong"),
      hint: fc.option(anyLength),
    });
    fc.assert(
      fc.property(world, ({ room, own, blockTokens, tells, hint }) => {
        const says = { all: (most: number) => most, nothing: () => null, wrong: () => own - 1 }[tells];
        const { found, reason } = search(withRoom(room, own, says), { blockTokens, hint, mostStarts: 60 });
        if (own <= room) expect({ found, reason }).toEqual({ found: own, reason: "longest" });
        else expect(found ?? 0).toBe(Math.floor(room / blockTokens) * blockTokens);
      }),
      { numRuns: 1000 },
    );
  });

  test("there are never more starts than were foretold", () => {
    fc.assert(
      fc.property(someLimits, anyLength, anyLength, (given, room, own) => {
        const { tries } = search(
          withRoom(room, own, () => null),
          { ...given, hint: null },
        );
        tries.forEach((_, index) => {
          if (index === 0) return;
          expect(tries.length - index).toBeLessThanOrEqual(mostStartsLeft(given, tries.slice(0, index)));
        });
      }),
      { numRuns: 500 },
    );
  });
});
