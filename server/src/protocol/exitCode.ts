/** Exit codes of the CLI. Scripts rely on them: extend, never renumber. */
export const ExitCode = {
  ok: 0,
  /** The answer is no: problems found, success threshold missed, disagreement. */
  no: 1,
  usage: 2,
  unusableInput: 3,
  engineFailed: 4,
  /** Stopped on request; `resume` goes on. */
  stopped: 5,
  /** A bug of ours. */
  bug: 70,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
