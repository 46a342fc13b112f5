/** What keeps a run from starting or going on, told to a person as it is. */
export class RunProblem extends Error {
  override name = "RunProblem";
  /**
   * usage: what was asked makes no sense. input: the batch file or the run folder cannot be used. engine: the engine
   * cannot do this. stopped: it stopped, and a resume goes on.
   */
  readonly kind: "usage" | "input" | "engine" | "stopped";
  constructor(kind: RunProblem["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
