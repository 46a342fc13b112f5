import { errorCodeOf, messageOf } from "../../util/unknown.ts";

/** Why no whole answer came. refused: the server was not reached. local: this machine could not ask. broken: the rest. */
export interface ConnectionFault {
  kind: "refused" | "local" | "broken";
  message: string;
}

const NOT_REACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  // A Unix domain socket that is not there.
  ENOENT: "nobody listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up now",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EHOSTDOWN: "the host is down",
  ETIMEDOUT: "the connection was not accepted in time",
  UND_ERR_CONNECT_TIMEOUT: "the connection was not accepted in time",
};

const OUR_LIMITS = new Set(["EMFILE", "ENFILE", "ENOBUFS", "EADDRNOTAVAIL"]);

/** What an error of the HTTP client means. */
export function connectionFault(error: unknown): ConnectionFault {
  const code = errorCodeOf(error) ?? "";
  const notReached = NOT_REACHED[code];
  if (notReached !== undefined) return { kind: "refused", message: `${notReached} (${code})` };
  if (OUR_LIMITS.has(code)) {
    return { kind: "local", message: `this machine cannot open more connections (${code}); see ulimit -n` };
  }
  // connect(2), of a Unix domain socket: its listener has not taken those that came before.
  if (code === "EAGAIN") {
    return { kind: "local", message: "the engine's socket takes no more connections now (EAGAIN)" };
  }
  return { kind: "broken", message: `the connection broke: ${messageOf(error)}` };
}
