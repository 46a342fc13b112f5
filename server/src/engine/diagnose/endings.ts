import type { ExitFacts } from "../../protocol/engine.ts";
import { advice, someFacts, type Finding } from "./finding.ts";
import { serverHasLeft } from "./transcript/marks.ts";
import type { Failure, Transcript } from "./transcript/types.ts";
import { wordsOf } from "./words.ts";
import { saysEngineIsDead, saysProcessDied } from "./wrappers.ts";

/** What is left to say when the log holds no cause: from the exit, from the marks of a stop, from the silence. */

const base: Pick<Finding, "weight" | "facts" | "remedies" | "alsoLines"> = {
  weight: "symptom",
  facts: {},
  remedies: [],
  alsoLines: [],
};

export function cleanStop(log: Transcript, isRequested: boolean): Finding {
  const line = log.stopLine ?? log.toldLine;
  const isShown = line !== null;
  const hasFailed = isShown && log.lines.some(({ number, text }) => number < line && failedBefore.test(text));
  const isSure = isRequested && isShown;
  return {
    ...base,
    cause: "clean_stop",
    confidence: hasFailed ? "low" : isSure ? "high" : isRequested || isShown ? "medium" : "low",
    summary: hasFailed
      ? "The engine was stopped from outside, after it had failed and had been started again."
      : `The engine was stopped ${isRequested ? "on request" : "from outside by a signal"}. Nothing failed before.`,
    alsoLines: isShown ? [line] : [],
  };
}

/** It was asked to stop, but when does not stand in its log: what it said may be the stop's noise, or be what it died of. */
export function stopAfter(failure: Failure): Finding {
  const words = wordsOf(failure).split("\n", 1)[0]?.slice(0, 200) ?? "";
  return {
    ...base,
    cause: "clean_stop",
    confidence: "low",
    summary: `The engine was stopped on request. Before that, or because of it, it said: ${words}`,
    alsoLines: [failure.line],
  };
}

/** As systemd tells it. */
const failedBefore = /status=\d+\/FAILURE|Failed with result 'exit-code'/;

const crashSignals: Readonly<Record<string, string>> = {
  SIGSEGV: "a segmentation fault",
  SIGABRT: "an abort",
  SIGBUS: "a bus error",
  SIGILL: "an illegal instruction",
  SIGFPE: "an arithmetic fault",
};
const codeSignals: Readonly<Record<number, string>> = {
  132: "SIGILL",
  134: "SIGABRT",
  135: "SIGBUS",
  136: "SIGFPE",
  137: "SIGKILL",
  139: "SIGSEGV",
  130: "SIGINT",
  143: "SIGTERM",
};

/** By its name, also where a shell tells it as 128 + number. */
export function endSignal(exit: ExitFacts): string | null {
  if (exit.signal !== null) return exit.signal;
  if (exit.code === null) return null;
  return codeSignals[exit.code < 0 ? 128 - exit.code : exit.code] ?? null;
}

/** From how the process ended alone. */
export function fromExit(exit: ExitFacts): Finding | null {
  const signal = endSignal(exit);
  if (signal === "SIGKILL") {
    return {
      ...base,
      cause: "host_oom_killed",
      confidence: "low",
      summary:
        "The engine was ended with SIGKILL, which its log cannot tell of: most often the host ran out of memory.",
      facts: { signal: "SIGKILL" },
      remedies: [
        advice("See in the kernel log (dmesg, journalctl -k) whether it ended the engine for want of memory."),
        advice("Start it again with the same settings."),
      ],
    };
  }
  const crash = signal === null ? undefined : crashSignals[signal];
  if (crash === undefined || signal === null) return null;
  return {
    ...base,
    cause: "worker_died",
    confidence: "medium",
    summary: `The engine's process ended by itself with ${crash}.`,
    facts: { signal },
    remedies: [advice("Start it again with the same settings; if it comes back, try a newer vLLM.")],
  };
}

/** The engine is dead, the server has left as if all were well, and nothing says why. */
export function exitAfterDeath(log: Transcript, exit: ExitFacts): Finding | null {
  const dead = firstOf(log, saysEngineIsDead) ?? (exit.code === 0 ? firstOf(log, serverFailed) : undefined);
  if (dead === undefined) return null;
  const isFarewell = exit.code === null && log.lines.some(serverHasLeft);
  if (exit.code !== 0 && !(isFarewell && deadProcess(log) === undefined)) return null;
  const isServiceFine = log.lines.some((line) => /Deactivated successfully|: Succeeded\.$/.test(line.text));
  return {
    ...base,
    cause: "exit0_after_engine_death",
    confidence: exit.code === 0 ? "high" : "medium",
    summary: `The engine's core died while the server was running; the server then left ${exit.code === 0 ? "with exit code 0" : "as if all were well"}. Why is not in the log.`,
    facts: someFacts({ unitResult: isServiceFine ? "success" : null }),
    remedies: [advice("Start it again with the same settings: the exit code 0 says nothing (vLLM #48966).")],
    alsoLines: [dead.line],
  };
}

/** The engine is dead, and that is all that this part of the log tells. */
export function deadEngine(log: Transcript): Finding | null {
  const dead = firstOf(log, saysEngineIsDead);
  if (dead === undefined) return null;
  const process = deadProcess(log);
  const remedies = [
    advice("Start it again with the same settings, and look further up in the log for what came before."),
  ];
  return process === undefined
    ? {
        ...base,
        cause: "unknown",
        confidence: "low",
        summary: "The engine behind the server died. Of what, this part of its log does not say.",
        remedies,
        alsoLines: [dead.line],
      }
    : {
        ...base,
        cause: "worker_died",
        confidence: "medium",
        summary: "The engine's own process ended by itself, without an error of Python.",
        remedies,
        alsoLines: [process.line],
      };
}

function deadProcess(log: Transcript): Failure | undefined {
  return log.failures.find(saysProcessDied);
}

/** By itself no proof that it was the engine that failed; with an exit code 0 it is. */
function serverFailed({ title, message }: Failure): boolean {
  return /output_handler failed/.test(`${title}\n${message}`);
}

/** An engine that was told to end is dead because of that. */
function firstOf(log: Transcript, isDeath: (failure: Failure) => boolean): Failure | undefined {
  const told = log.toldLine ?? Infinity;
  return log.failures.find((failure) => failure.line < told && isDeath(failure));
}

export function nothingTold(exit: ExitFacts): Finding {
  const how =
    exit.signal !== null ? ` with ${exit.signal}` : exit.code !== null ? ` with exit code ${String(exit.code)}` : "";
  return {
    ...base,
    cause: "unknown",
    confidence: "low",
    summary:
      how === ""
        ? "The log tells neither of an end nor of a failure."
        : `The engine ended${how}, and its log does not say why.`,
    remedies: [
      advice("Start it again with VLLM_LOGGING_LEVEL=DEBUG, which makes it say more.", {
        env: { VLLM_LOGGING_LEVEL: "DEBUG" },
      }),
    ],
  };
}
