export interface BenchServerOptions {
  /** From the arrival of a request to its answer. 0: at once. */
  latencyMs: number;
  /** Answers after which `halfWay` is told and the outage begins. */
  halfWay?: number;
  /** How long everything gets 503 from half way. */
  outageMs?: number;
  /** Default: any free one. */
  port?: number;
}

/** One request, in the order of arrival. Times by clockMs. */
export interface ServerLogEntry {
  /** null: a request of the client's own making, such as a probe. */
  key: string | null;
  arrivedMs: number;
  /** When the whole answer was with the operating system. null: the client had gone, or it is still running. */
  deliveredMs: number | null;
  status: number;
}

export type ServerMessage =
  | { event: "listening"; port: number }
  | { event: "watching" }
  | { event: "nextRequest"; arrivedMs: number }
  | { event: "halfWay" }
  | { event: "log"; entries: ServerLogEntry[] };
