import type { EngineListener, EngineRequest } from "./engine.ts";

/** A request inside the scheduler. */
export interface Sequence {
  readonly request: EngineRequest;
  readonly listener: EngineListener;
  readonly arrivedMs: number;
  startedMs: number | undefined;
  firstTokenMs: number | undefined;
  /** Tokens generated so far. */
  generated: number;
  /** Tokens of prompt and answer whose keys and values are in the blocks. */
  computed: number;
  /** Prompt tokens that were found in the prefix cache when it was first scheduled. */
  cachedTokens: number;
  preemptions: number;
  /** Blocks without a name, and the names of the shared ones (the first blocks of the prompt). */
  ownBlocks: number;
  readonly sharedBlocks: number[];
}

export function newSequence(request: EngineRequest, listener: EngineListener, arrivedMs: number): Sequence {
  return {
    request,
    listener,
    arrivedMs,
    startedMs: undefined,
    firstTokenMs: undefined,
    generated: 0,
    computed: 0,
    cachedTokens: 0,
    preemptions: 0,
    ownBlocks: 0,
    sharedBlocks: [],
  };
}

/** Tokens known so far: the prompt and what was generated. */
export function knownTokens(sequence: Sequence): number {
  return sequence.request.promptTokens + sequence.generated;
}

/** Tokens that must be generated before it ends; a request that only reads ends with its prompt. */
export function remainingTokens(sequence: Sequence): number {
  return Math.max(1, sequence.request.outputTokens) - sequence.generated;
}

export function heldBlocks(sequence: Sequence): number {
  return sequence.ownBlocks + sequence.sharedBlocks.length;
}
