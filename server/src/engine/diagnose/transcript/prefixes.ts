import type { Level, LogLine } from "./types.ts";

interface Stripped {
  text: string;
  origin: LogLine["origin"];
}

const isoTime = /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]? /;
/** A log that was cited in a mail or a comment. */
const quoted = /^> /;
/** Google Cloud, as its log viewer copies it. */
const cloud = /^(?:[A-Z]+ )?\d{4}-\d\d-\d\dT[\d:.]{8,18}Z \[resource\.labels\.[^\]]{1,100}\] /;
const clockTime = /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]? /;
const containerd = /^(?:stdout|stderr) [FP] /;
const compose = /^[A-Za-z0-9][\w./-]{0,60} {0,40}\| ?/;
const kubectl = /^\[pod\/[^\]]{1,200}\] /;
/** journald and syslog: date, host, program[pid]. Months are named in the language of the host. */
const journal =
  /^(?:\p{L}{2,5}\.? {1,2}\d{1,2}|\d{1,2}月 ?\d{1,2}) ?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? (?:[\w.-]{1,64} )?([\w@./:-]{1,64})(?:\[\d+\])?: /u;
/** Docker and Kubernetes write such a time without a program: `ValueError: ` behind it is not the name of one. */
const isoJournal =
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? (?:[\w.-]{1,64} )?(?:([\w@./-]{1,64})\[\d+\]|(kernel)): /;
const kernelTime = /^(?:kernel: ?)?\[ {0,6}\d{1,9}\.\d{6}\] ?(?:\[ {0,6}[TC]\d+\] )?/;

/** Takes off what other programs put in front of the engine's own lines. */
export function withoutForeignPrefix(line: string): Stripped {
  let text = line;
  let origin: LogLine["origin"] = "engine";
  for (let round = 0; round < 3; round++) {
    const before = text;
    const journaled = isoJournal.exec(text) ?? journal.exec(text);
    if (journaled) {
      text = text.slice(journaled[0].length);
      origin = originOf(journaled[1] ?? journaled[2] ?? "");
    } else text = withoutOne(text);
    if (text === before) break;
  }
  const kernel = kernelTime.exec(text);
  if (kernel) return { text: text.slice(kernel[0].length), origin: "kernel" };
  return { text, origin };
}

function originOf(program: string): LogLine["origin"] {
  if (program === "kernel") return "kernel";
  return /^(?:systemd|systemd-\w+|dockerd|containerd|kubelet|earlyoom|slurmstepd|podman)$/.test(program)
    ? "system"
    : "engine";
}

function withoutOne(text: string): string {
  for (const prefix of [quoted, cloud, isoTime, kubectl, containerd, compose, clockTime]) {
    const match = prefix.exec(text);
    if (match) return text.slice(match[0].length);
  }
  return text;
}

const processPrefix =
  /^\(([A-Za-z_][\w:.-]{0,60}(?: [A-Za-z]\w{0,20}(?= pid=))?)?,?(?: ?rank=(\d+))? ?pid=(\d+)(?:, ip=[\da-f.:]+)?\)(?: \[repeated[^\]]{0,200}\])?(?: |$)/;
const rankPrefix = /^\[rank(\d+)\]: ?/;
const logHeader =
  /^(DEBUG|INFO|WARNING|ERROR|CRITICAL|FATAL) +((?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?) +\[?([\w./ -]{1,120}?:\d+)\](?: |$)/;
const serverHeader = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL): {1,6}/;
const nativeHeader = /^(?:\[rank\d+\]:)?\[([IWEF])(\d{3,4} \d\d:\d\d:\d\d\.\d+) (?:\d+ )?([\w./-]{1,80}:\d+)\] ?/;

const levels: Readonly<Record<string, Level>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "error",
  FATAL: "error",
  I: "info",
  W: "warning",
  E: "error",
  F: "error",
};

type Header = Pick<LogLine, "process" | "pid" | "level" | "source" | "time" | "text">;

/** Takes off vLLM's own prefixes: process, level, time and place. */
export function readHeader(line: string): Header {
  let text = line;
  let process: string | null = null;
  let pid: number | null = null;
  // The inner one is vLLM's own; Ray's, around it, names the job.
  for (let round = 0; round < 2; round++) {
    const named = processPrefix.exec(text);
    if (!named) break;
    process = (named[1] ?? "process") + (named[2] === undefined ? "" : `_${named[2]}`);
    pid = Number(named[3]);
    text = text.slice(named[0].length);
  }
  const rank = rankPrefix.exec(text);
  if (rank && !/^\[rank\d+\]:\[/.test(text)) {
    process ??= `rank${rank[1] ?? ""}`;
    text = text.slice(rank[0].length);
  }
  const header = logHeader.exec(text) ?? nativeHeader.exec(text);
  if (header) {
    const level = levels[header[1] ?? ""] ?? null;
    return {
      process,
      pid,
      level,
      source: header[3] ?? null,
      time: header[2] ?? null,
      text: text.slice(header[0].length),
    };
  }
  const server = serverHeader.exec(text);
  if (!server) return { process, pid, level: null, source: null, time: null, text };
  return {
    process,
    pid,
    level: levels[server[1] ?? ""] ?? null,
    source: null,
    time: null,
    text: text.slice(server[0].length),
  };
}
