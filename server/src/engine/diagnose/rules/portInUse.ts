import { advice, finding, someFacts, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, capturedNumber, firstMatch, passedThrough, wordsOf } from "../words.ts";

/** By the system's languages too: the number is always the same. */
const taken = [
  /\[(?:Errno|WinError) (?:98|48|10048)\]/,
  /[Aa]ddress already in use/,
  /EADDRINUSE/,
  /\b(?:errno|error code|code): ?-?(?:98|48|10048)\b/,
  /port is already allocated/i,
  /Only one usage of each socket address/,
  /Adresse wird bereits verwendet|地址已在使用|地址已被使用|地址已经被使用/,
];
const forbidden = [/\[Errno 13\]/, /error while attempting to bind .{0,80}permission denied/i];
const binding = /^(?:create_server_socket|bind|bind_socket|bind_sockets|setup_server)$/;
/** What vLLM takes when nothing is said. */
const defaultPort = 8000;
const rendezvous =
  /rendezvous|TCPStore|server socket has failed|DistNetworkError|c10d|tcp:\/\/|init_process_group|ZMQError|master/;

/** A port is taken: the one for HTTP, or one of those over which the processes find each other. */
export const portInUse: Rule = {
  cause: "port_in_use",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isForbidden = firstMatch(words, forbidden) !== null && passedThrough(failure, binding);
    if (!isForbidden && !firstMatch(words, taken)) return null;
    // NCCL goes on without what it opens for diagnostics.
    if (/NCCL (?:WARN|INFO)/.test(words)) return null;
    const isInternal =
      rendezvous.test(words) || passedThrough(failure, /distributed_c10d|rendezvous|parallel_state|zmq/);
    const told = portIn(words);
    const port = told ?? (isInternal ? internalPort(log) : httpPort(log));
    const name = port === null ? "The port" : `Port ${String(port)}`;
    return finding(failure, {
      cause: "port_in_use",
      // Only what binds a socket says this; it cannot be the consequence of another failure.
      weight: failure.level === "warning" || (told !== null && isAnothers(told, log)) ? "mention" : "root",
      confidence: isForbidden ? "medium" : "high",
      summary: isForbidden
        ? `${name} may not be opened by this user.`
        : `${name} is taken by another program${isInternal ? ": not the HTTP port, but one between vLLM's own processes" : ""}.`,
      facts: someFacts({ port, errno: isForbidden ? 13 : capturedNumber(words, /(?:Errno|WinError|errno:) ?(\d+)/) }),
      remedies: [remedy(isInternal, failure)],
    });
  },
};

/** Of a program that writes into the same log: vLLM says itself where it listens. */
function isAnothers(port: number, log: Transcript): boolean {
  const said = log.lines.map(({ text }) => captured(text, /Starting vLLM API server .*:(\d{2,5})$/)).find(Boolean);
  return said !== undefined && Number(said) !== port && !log.lines.some(({ text }) => rendezvous.test(text));
}

function remedy(isInternal: boolean, failure: Failure) {
  if (!isInternal) return advice("Choose another --port, or end what listens there; it may be an engine from before.");
  return /ZMQ|ipc:/.test(failure.message)
    ? advice("End the other engine, or set VLLM_PORT to a free range.")
    : advice("Choose another --master-port, or end the other engine.");
}

function portIn(words: string): number | null {
  const port = firstMatch(words, [
    /\bport:? ?(\d{2,5})/,
    /(?:0\.0\.0\.0|\]|localhost|127\.0\.0\.1|\d+\.\d+\.\d+\.\d+|::)['"]?,? ?:?(\d{2,5})\b/,
    /tcp:\/\/[^:\s]{1,60}:(\d{2,5})/,
  ])?.[1];
  return port === undefined ? null : Number(port);
}

/** null: the log does not show how it was started. */
function httpPort(log: Transcript): number | null {
  const isShown = log.setting("model") !== null || log.setting("model_tag") !== null;
  const port = log.setting("port") ?? (isShown ? defaultPort : null);
  return port === null ? null : Number(port);
}

function internalPort(log: Transcript): number | null {
  for (const line of log.lines) {
    const port = /(?:has failed to bind to \S*:|distributed_init_method=tcp:\/\/\S*?:)(\d{2,5})/.exec(line.text)?.[1];
    if (port !== undefined) return Number(port);
  }
  return null;
}
