import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { capturedNumber, firstMatch, wordsOf } from "../words.ts";

const died =
  /(?:Worker proc|Engine core proc|Process|Worker) (\S{1,60})? ?(?:\(PID: \d+\) )?(?:died|exited|terminated)(?: unexpectedly)?(?:.{0,20}exit ?code:? (-?\d+))?/;
const failedProcess = /Failed core proc\(s\): \{[^}]{0,200}'([\w-]+)': (-(?:4|6|7|8|11)|13[2-9])\b/;
const native = [
  /Segfault encountered/,
  /Fatal Python error: (?:Segmentation fault|Aborted|Bus error|Illegal instruction|Floating)/,
  /Segmentation fault|Speicherzugriffsfehler|段错误|Erreur de segmentation/,
  /\(core dumped\)|\(Speicherabzug geschrieben\)|（核心已转储）|\(吐核\)/,
  /\bsegfault at [\da-f]+ ip /,
  /terminate called (?:after throwing|without an active exception|recursively)/,
  /double free or corruption|malloc\(\): |corrupted (?:size|double-linked)|free\(\): invalid|munmap_chunk\(\)/,
  /SIG(?:SEGV|ABRT|BUS) received|received signal SIG(?:SEGV|ABRT)/,
  /general protection fault/,
];
const actor = [
  /(?:ActorDiedError|RayActorError|ActorUnavailableError|WorkerCrashedError|LocalRayletDiedError|NodeDiedError)/,
  /The actor (?:died|is dead) .{0,200}/,
  /A worker died or was killed while executing/,
];
const cutError = /^['"], please check the stack trace above for the root cause/;
/** The executor ends its workers with SIGTERM; SIGKILL is a matter of the host's memory. */
const ordered = new Set([-15, -9, 143, 137]);

/** A process of the engine ended by itself, and no better cause is told. */
export const workerDied: Rule = {
  cause: "worker_died",
  judge(failure, log) {
    const words = wordsOf(failure);
    const byItself = failure.origin === "kernel" ? /segfault|general protection|traps:/.test(words) : true;
    if (byItself && failure.kind === "line" && firstMatch(words, native)) return crashed(failure, null, null, "medium");
    const lost = firstMatch(words, actor);
    if (lost) return crashed(failure, null, null, "medium");
    const match = failedProcess.exec(words) ?? (failure.kind === "line" ? died.exec(words) : null);
    if (!match) return null;
    const code = match[2] === undefined ? null : Number(match[2]);
    if (code !== null && ordered.has(code)) return null;
    // Its error was printed, and only the end of that is in this tail.
    if (code === null && log.lines.some(({ number, text }) => number < failure.line && cutError.test(text)))
      return null;
    // The process of the engine itself is not a worker; that it is gone says no more than the server does.
    if (code === null && /Engine core proc|EngineCore/.test(match[0])) return null;
    return crashed(failure, match[1] ?? null, code, code === null || code >= 0 ? "medium" : "high");
  },
};

const signals: Readonly<Record<number, string>> = {
  4: "illegal instruction",
  6: "abort",
  7: "bus error",
  11: "segmentation fault",
};

function crashed(
  failure: Failure,
  worker: string | null,
  code: number | null,
  confidence: Finding["confidence"],
): Finding {
  const signal = code === null ? undefined : signals[code < 0 ? -code : code - 128];
  const how = signal === undefined ? (code === null ? "" : ` (exit code ${String(code)})`) : ` (${signal})`;
  return finding(failure, {
    cause: "worker_died",
    weight: "symptom",
    confidence,
    summary: `${worker ?? "A process of the engine"} ended by itself${how}, without an error of Python.`,
    facts: someFacts({ worker, workerExitCode: code, pid: capturedNumber(failure.message, /pid=(\d+)/) }),
    remedies: [
      advice("Start it again with the same settings. Look into the kernel log for what happened to the process."),
      advice("If it comes back: --no-async-scheduling, a shorter context, or a newer vLLM.", {
        flags: { "async-scheduling": false },
      }),
    ],
  });
}
