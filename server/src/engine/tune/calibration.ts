/** What passes over a sample of a batch file say about the whole of it. */

export interface Pass {
  /** Requests in flight. */
  inFlight: number;
  answered: number;
  seconds: number;
  promptTokens: number;
  completionTokens: number;
  /** Mean of all GPUs of this machine together; null: not told. */
  watts: number | null;
}

export interface Calibration {
  /** The pass by which the rest is reckoned. */
  best: Pass;
  /** More in flight than the sample has requests may be better still. */
  perhapsMore: boolean;
  /** Prompts and answers, of the best pass; null: the server does not count them. */
  tokensPerSecond: number | null;
  requestsPerSecond: number;
  /** For the whole file. */
  hours: number;
  /** For the whole file; null: the GPU does not tell its power. */
  kilowattHours: number | null;
}

/** As much less as passes over other requests differ by anyway. */
const AS_GOOD = 0.95;
/** Fewer in flight than this is of no use to a batch. */
const FEWEST_IN_FLIGHT = 2;

/**
 * With how many requests in flight the next pass is to be: half of the last one, as long as that was as good as any.
 * null: enough is known. The first has the whole sample in flight, when nothing of it is in the engine's cache yet.
 */
export function nextInFlight(sample: number, passes: readonly Pass[]): number | null {
  const last = passes.at(-1);
  if (last === undefined) return sample;
  const half = Math.floor(last.inFlight / 2);
  const speed = speedIn(passes);
  return half >= FEWEST_IN_FLIGHT && speed(last) >= AS_GOOD * fastest(passes) ? half : null;
}

/** The fewest in flight that are as good as any, and what follows for a file of so many requests. null: no pass yet. */
export function calibrate(passes: readonly Pass[], fileRequests: number): Calibration | null {
  const speed = speedIn(passes);
  const good = passes.filter((pass) => speed(pass) > 0 && speed(pass) >= AS_GOOD * fastest(passes));
  const best = good.toSorted((a, b) => a.inFlight - b.inFlight)[0];
  if (best === undefined) return null;
  // The passes have different requests: their mean length is known best from all of them.
  const workEach = sum(passes, workIn(passes)) / sum(passes, answeredOf);
  const hours = (fileRequests * workEach) / speed(best) / 3600;
  return {
    best,
    perhapsMore: best === passes[0],
    tokensPerSecond: countsTokens(passes) ? speed(best) : null,
    requestsPerSecond: best.answered / best.seconds,
    hours,
    kilowattHours: best.watts === null ? null : (best.watts * hours) / 1000,
  };
}

function fastest(passes: readonly Pass[]): number {
  return Math.max(...passes.map(speedIn(passes)));
}

/** Work a second: tokens, as requests differ in length and a pass has few; requests where tokens are not counted. */
function speedIn(passes: readonly Pass[]): (pass: Pass) => number {
  const work = workIn(passes);
  return (pass) => (pass.seconds > 0 ? work(pass) / pass.seconds : 0);
}

function workIn(passes: readonly Pass[]): (pass: Pass) => number {
  return countsTokens(passes) ? tokensOf : answeredOf;
}

/** Transcriptions have no `usage`, and some servers send none at all. */
function countsTokens(passes: readonly Pass[]): boolean {
  return passes.some((pass) => tokensOf(pass) > 0);
}

function tokensOf({ promptTokens, completionTokens }: Pass): number {
  return promptTokens + completionTokens;
}

function answeredOf({ answered }: Pass): number {
  return answered;
}

function sum(passes: readonly Pass[], value: (pass: Pass) => number): number {
  return passes.reduce((total, pass) => total + value(pass), 0);
}
