/** How the language server is. */
export type ServerHealth =
  | { kind: "off" }
  | { kind: "starting" }
  | { kind: "running" }
  /** It ended by itself, for the `times`-th time lately, and is started again. */
  | { kind: "restarting"; times: number }
  /** It could not be started, or ended too often. */
  | { kind: "failed" };
