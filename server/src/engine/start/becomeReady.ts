import type { MeasuredCapacity, StartProgress } from "../../protocol/engine.ts";
import type { Clock } from "../../util/clock.ts";
import type { EngineProcess } from "../process/engineProcess.ts";
import { listedName, parseModelList } from "./modelList.ts";
import { StartLog } from "./startLog.ts";

const ASK_EVERY_MS = 100;
const ASK_TIMEOUT_MS = 5_000;
/** Whatever the log says, no start takes longer than so many times what may pass without progress. */
const MOST_EXTENSIONS = 12;
/** Who has silenced uvicorn (`--uvicorn-log-level`) gets no line that says so; then it must have answered for so long. */
const ANSWERS_WITHOUT_LINE_MS = 5_000;

export interface StartWatch {
  process: Pick<EngineProcess, "listen" | "exited">;
  /** Asks the engine by GET. In words, why there is no answer; never rejects. */
  ask: (path: string, options: { timeoutMs: number }) => Promise<{ statusCode: number; text: string } | string>;
  /** The id that `/v1/models` must list. */
  expectedModel: string;
  /** How long it may take without progress in the log. */
  startTimeoutMs: number;
  clock: Clock;
  onProgress: (progress: StartProgress, capacity: MeasuredCapacity) => void;
  /** Aborted when the engine is no longer wanted. */
  signal: AbortSignal;
}

export type StartOutcome =
  | { ok: true; capacity: MeasuredCapacity }
  | { ok: false; why: "exited" | "deadline" | "stopped"; capacity: MeasuredCapacity };

/**
 * Waits until an engine answers: its log says so, `/health` is 200 and `/v1/models` lists the model. Ends as well when
 * its process does, when it is no longer wanted, and when it gets no further for too long. Leaves the process as it is.
 */
export async function becomeReady(watch: StartWatch): Promise<StartOutcome> {
  const log = new StartLog();
  const outcome = Promise.withResolvers<StartOutcome>();
  const fail = (why: "exited" | "deadline" | "stopped") => outcome.resolve({ ok: false, why, capacity: log.capacity });
  const deadline = startDeadline(watch, () => fail("deadline"));
  const stopAsking = pollUntilReady(watch, log, outcome);
  const onAbort = () => fail("stopped");
  watch.signal.addEventListener("abort", onAbort);
  if (watch.signal.aborted) onAbort();
  watch.process.exited.then(() => fail("exited"), outcome.reject);
  const stopListening = watch.process.listen((line) => {
    const [before, capacity] = [log.progress, log.capacity];
    if (log.read(line)) deadline.extend();
    if (log.progress !== before || log.capacity !== capacity) watch.onProgress(log.progress, log.capacity);
  });
  try {
    return await outcome.promise;
  } finally {
    stopListening();
    stopAsking();
    deadline.cancel();
    watch.signal.removeEventListener("abort", onAbort);
  }
}

function startDeadline({ clock, startTimeoutMs }: StartWatch, onDeadline: () => void) {
  const last = clock.now() + MOST_EXTENSIONS * startTimeoutMs;
  const begin = () => clock.after(Math.max(0, Math.min(startTimeoutMs, last - clock.now())), onDeadline);
  let cancel = begin();
  return {
    extend: () => {
      cancel();
      cancel = begin();
    },
    cancel: () => cancel(),
  };
}

function pollUntilReady(watch: StartWatch, log: StartLog, outcome: PromiseWithResolvers<StartOutcome>): () => void {
  const { clock } = watch;
  let answersSince: number | null = null;
  let isOver = false;
  let cancel: () => void;
  const look = async () => {
    const isServing = log.sawReadyLine || log.progress.phase === "serving";
    const answer = isServing ? await askAll(watch) : null;
    if (isOver) return;
    if (answer === null) answersSince = null;
    else answersSince ??= clock.now();
    const answersMs = answersSince === null ? -1 : clock.now() - answersSince;
    if (answer === null || (!log.sawReadyLine && answersMs < ANSWERS_WITHOUT_LINE_MS)) lookLater();
    else outcome.resolve({ ok: true, capacity: { ...log.capacity, ...answer } });
  };
  const lookLater = () => {
    cancel = clock.after(ASK_EVERY_MS, () => void look().catch(outcome.reject));
  };
  lookLater();
  return () => {
    isOver = true;
    cancel();
  };
}

/** null: it does not answer as it should, yet. Else what it says of the model, where it does. */
async function askAll({ ask, expectedModel }: StartWatch): Promise<Partial<MeasuredCapacity> | null> {
  const health = await ask("/health", { timeoutMs: ASK_TIMEOUT_MS });
  if (typeof health === "string" || health.statusCode !== 200) return null;
  const models = await ask("/v1/models", { timeoutMs: ASK_TIMEOUT_MS });
  if (typeof models === "string" || models.statusCode !== 200) return null;
  const model = parseModelList(models.text)?.find(({ id }) => id === listedName(expectedModel));
  if (model === undefined) return null;
  return model.maxModelLen === null ? {} : { maxModelLen: model.maxModelLen };
}
