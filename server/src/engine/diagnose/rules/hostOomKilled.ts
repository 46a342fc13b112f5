import { advice, finding, someFacts, type Facts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, capturedNumber, firstMatch, passedThrough, wordsOf } from "../words.ts";

const kernel = /(?:Out of memory|Memory cgroup out of memory|oom-kill:|oom_reaper|total-vm:\d+kB, anon-rss)/i;
const kernelName = /(?:Killed process (\d+) \(([^)]{1,40})\)|task=([\w:. -]{1,40}),pid=(\d+))/;
const ours = /vllm|python|ray|EngineCor|Worker/i;
const service = [
  /has been killed by the OOM killer/,
  /Failed with result 'oom-kill'/,
  /OOMKilled|"?reason"?: ?"?OOMKilled/,
  /systemd-oomd.{0,80}[Kk]illed|earlyoom.{0,80}(?:SIGKILL|SIGTERM)/,
  /sending SIG(?:TERM|KILL) to process \d+.{0,200}(?:python|vllm)/i,
  /Detected \d+ oom[-_]kill event/,
  /(?:code|status)[ =:]+(?:137|killed, status=9\/KILL)|[Ee]xit(?:ed)?(?: with)?(?: code| status)?:? \(?137\)?/,
];
/** The memory monitor of Ray, which ends workers before the kernel does. */
const monitor = [
  /[1-9]\d* Workers? .{0,40}killed due to memory pressure/,
  /how to address the out of memory issue: https:/,
  /exceeds the memory usage threshold.{0,80}Ray killed this worker/s,
];
const shell = [/(?:^|\d+ |: )(?:Killed|Getötet|已杀死|已终止|Tué|Terminado \(killed\))(?:\s+|$)(?:.{0,300})$/];
const allocation = [
  /^MemoryError/,
  /DefaultCPUAllocator: (?:can't|not enough|couldn't) (?:allocate )?memory/,
  /\[Errno 12\]/,
  /Cannot allocate memory|Kann keinen Speicher (?:anfordern|allozieren)|无法分配内存/,
  /std::bad_alloc/,
  /(?:worker|node|task).{0,60}(?:running low on memory|killed due to (?:the node|memory))/i,
  /cudaHostAlloc.{0,60}(?:out of memory|failed)|CUDA error: out of memory.{0,60}pin/i,
];
const processDied =
  /(?:Worker proc|Engine core proc|Process|proc) ?(\S{1,60})? ?.{0,60}(?:died|exited|terminated).{0,60}(?:exit ?code:?|code|signal:?) ?(-9|137|SIGKILL)\b/i;
const failedProcesses = /Failed core proc\(s\): \{[^}]{0,200}'([\w-]+)': -9/;

/** Host memory ran out, or the kernel ended a process with SIGKILL for it. */
export const hostOomKilled: Rule = {
  cause: "host_oom_killed",
  judge(failure, log) {
    const words = wordsOf(failure);
    if (failure.kind === "exception") return fromException(failure, words);
    if (failure.origin === "kernel" || kernelName.test(words)) return kernelKill(failure, log);
    if (firstMatch(words, monitor)) return monitored(failure);
    if (firstMatch(words, service) && !/other\.service/.test(words)) return kill(failure, unitFacts(words), "medium");
    if (failure.process === null && failure.level === null && firstMatch(words, shell))
      return kill(failure, {}, "medium");
    const died = processDied.exec(words) ?? failedProcesses.exec(words);
    if (died) return kill(failure, someFacts({ workerExitCode: -9, worker: workerName(died[1]) }), "medium");
    return null;
  },
};

function fromException(failure: Failure, words: string): Finding | null {
  const died = failedProcesses.exec(words);
  if (died) return kill(failure, someFacts({ workerExitCode: -9, worker: workerName(died[1]) }), "medium");
  if (!firstMatch(words, allocation)) return null;
  // A damaged file of weights asks for absurd amounts, too.
  const isReading = passedThrough(failure, /serialization\.py$|safetensors|weight_utils\.py$/);
  return finding(failure, {
    cause: "host_oom_killed",
    confidence: isReading ? "low" : "high",
    summary: "The host ran out of memory.",
    facts: someFacts({ triedBytes: capturedNumber(words, /allocate (\d+) bytes/) }),
    remedies: ramRemedies(),
  });
}

function monitored(failure: Failure): Finding {
  return finding(failure, {
    cause: "host_oom_killed",
    weight: "symptom",
    confidence: "high",
    summary: "Ray ended a worker of the engine, for the host's memory was nearly full.",
    remedies: ramRemedies(),
  });
}

function workerName(name: string | undefined): string | null {
  return name === undefined || !/[A-Za-z]/.test(name) ? null : name.replace(/[():,]/g, "");
}

function kernelKill(failure: Failure, log: Transcript): Finding | null {
  const words = failure.message;
  const match = kernel.test(words) ? kernelName.exec(words) : null;
  if (!match) return null;
  const pid = Number(match[1] ?? match[4]);
  const name = match[2] ?? match[3] ?? "";
  if (!ours.test(name) && !log.pids.has(pid)) return null;
  const facts = someFacts({
    killedPid: pid,
    killedName: name,
    rssGiB: gibOfKb(capturedNumber(words, /anon-rss:(\d+)kB/)),
  });
  return kill(failure, facts, "high");
}

export function gibOfKb(kilobytes: number | null): number | null {
  return kilobytes === null ? null : Math.round((kilobytes / 2 ** 20) * 100) / 100;
}

function unitFacts(words: string): Facts {
  return someFacts({ unit: captured(words, /^([\w@.-]+\.service): /) });
}

function kill(failure: Failure, facts: Facts, confidence: Finding["confidence"]): Finding {
  const { worker, killedName, rssGiB } = facts;
  const who = typeof worker === "string" ? worker : typeof killedName === "string" ? killedName : "The engine";
  const size = typeof rssGiB === "number" ? ` (it held ${String(rssGiB)} GiB)` : "";
  return finding(failure, {
    cause: "host_oom_killed",
    weight: "symptom",
    confidence,
    summary:
      confidence === "high"
        ? `The kernel ended ${who}${size}: the host had run out of memory.`
        : `${who} was ended with SIGKILL: most often the kernel does that when the host runs out of memory.`,
    facts,
    remedies: ramRemedies(),
  });
}

function ramRemedies(): Finding["remedies"] {
  return [
    advice("See in the kernel log (dmesg, journalctl -k) who took the memory; end other programs or add RAM."),
    advice("Give vLLM less of it: a smaller --kv-offloading-size or --cpu-offload-gb, and --mm-processor-cache-gb 0."),
    advice("Start the engine again with the same settings."),
  ];
}
