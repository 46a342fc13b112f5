import type { EngineCause } from "../../protocol/engine.ts";
import { advice, someFacts, type Finding } from "./finding.ts";
import { rules } from "./rules.ts";
import type { Failure, Transcript } from "./transcript/types.ts";
import { isAfterReady } from "./words.ts";
import { isQueueTimeout, isWrapper, withQuotedError } from "./wrappers.ts";

export interface Judged {
  failure: Failure;
  finding: Finding;
}

export interface Judgement {
  /** The first failure that is a cause by itself. */
  root: Judged | null;
  /** The first fatal exception that no rule knows, when it came before the root. */
  unknown: Failure | null;
  symptoms: Judged[];
  mentions: Judged[];
  all: Judged[];
}

/** What follows from other failures, so that it does not explain an exception that came before. */
const consequences: ReadonlySet<EngineCause> = new Set(["nccl_error", "worker_died", "engine_hang", "bad_flag"]);

/** Settled when it is ready: an engine that was serving does not end of these, however its last words sound. */
const onlyAtStart: ReadonlySet<EngineCause> = new Set([
  "max_len_exceeds_model",
  "tensor_parallel_invalid",
  "model_not_found",
  "model_gated",
  "hub_offline_or_network",
  "tokenizer_or_chat_template",
  "architecture_unsupported",
  "trust_remote_code_required",
  "bad_flag",
  "startup_timeout",
]);
const whileServing = /encountered a fatal error|hit an exception/;

/** Asks the rules about each failure, in the order in which they happened. */
export function judge(given: readonly Failure[], log: Transcript): Judgement {
  const failures = given.map(withQuotedError);
  const all: Judged[] = [];
  const explained = new Set<number>();
  for (const failure of failures) {
    const finding = firstFinding(failure, log);
    if (!finding) continue;
    all.push({ failure, finding });
    if (failure.chain !== null) explained.add(failure.chain);
  }
  const root = all.find(({ finding }) => finding.weight === "root") ?? null;
  const unknown = failures.find(
    (failure) =>
      failure.kind === "exception" &&
      failure.isFatal &&
      !isWrapper(failure) &&
      (failure.chain === null || !explained.has(failure.chain)),
  );
  const isFirst = unknown !== undefined && (root === null || unknown.firstLine < root.failure.firstLine);
  const isConsequence = isFirst && root !== null && consequences.has(root.finding.cause);
  // Those who are told to end do so in any order, and miss each other.
  const told = log.toldLine ?? Infinity;
  const symptoms = all.filter(({ finding, failure }) => finding.weight === "symptom" && failure.line < told);
  return {
    root: isConsequence || (root !== null && followsDeath(root, symptoms)) ? null : root,
    unknown: isFirst ? unknown : null,
    symptoms,
    mentions: all.filter(({ finding, failure }) => finding.weight === "mention" && failure.level !== "warning"),
    all,
  };
}

/** Others wait in vain for a process or a GPU that is gone: its end was seen before they gave up. */
function followsDeath({ failure, finding }: Judged, symptoms: readonly Judged[]): boolean {
  if (finding.cause !== "engine_hang" && finding.cause !== "nccl_error") return false;
  return symptoms.some((other) => other.failure.line < failure.firstLine && deaths.has(other.finding.cause));
}
const deaths: ReadonlySet<EngineCause> = new Set(["host_oom_killed", "worker_died", "cuda_illegal_access"]);

function firstFinding(failure: Failure, log: Transcript): Finding | null {
  if (failure.kind === "exception" && isWrapper(failure) && !tells(failure)) return null;
  const isServing = isAfterReady(failure, log) && whileServing.test(failure.title);
  // What a serving engine answered to a request ended nothing, whatever it sounds like.
  const isOfRequest = failure.kind === "exception" && !failure.isFatal && isAfterReady(failure, log);
  for (const rule of rules) {
    if (isServing && onlyAtStart.has(rule.cause)) continue;
    const finding = rule.judge(failure, log);
    if (finding) return isOfRequest ? { ...finding, weight: "mention" } : finding;
  }
  return null;
}

/** Wrappers that rules can make something of. */
function tells(failure: Failure): boolean {
  return /Failed core proc/.test(failure.message) || isQueueTimeout(failure);
}

/**
 * The symptom that tells most: who ended a process for its memory says so first, then what came first. That another end
 * of NCCL is gone says only that its process is.
 */
export function strongestSymptom(symptoms: readonly Judged[]): Judged | null {
  const isCertain = ({ failure, finding }: Judged) =>
    finding.confidence === "high" && (failure.origin === "kernel" || finding.cause === "host_oom_killed");
  const isNoise = ({ finding }: Judged) => finding.cause === "nccl_error" && finding.confidence === "low";
  return symptoms.find(isCertain) ?? symptoms.find((symptom) => !isNoise(symptom)) ?? symptoms[0] ?? null;
}

/** What helps though it is none of the causes. */
const hints: readonly { says: RegExp; hint: string }[] = [
  {
    says: /Resource temporarily unavailable|can't start new thread|WouldBlock/,
    hint: "It could start no more threads or processes: raise ulimit -u, or the pids limit of the container.",
  },
  {
    says: /Permission denied: ?['"]/,
    hint: "It may not write there: set HOME, VLLM_CACHE_ROOT and TRITON_CACHE_DIR to a folder that it may.",
  },
  {
    says: /getpwuid\(\)/,
    hint: "Its user has no name in this container: set USER and LOGNAME, or run it as one that has.",
  },
  { says: /Too many open files/, hint: "It may open no more files: raise ulimit -n." },
];

/** An exception that no rule knows: shown as it is, explained by nobody. */
export function unknownException(failure: Failure): Finding {
  const name = failure.type ?? "an error";
  const [first = "", next = ""] = failure.message.split("\n");
  // Compilers are named in front of what they raised.
  const nested = /TorchScript interpreter|^ray::/.test(first)
    ? /.*\n\w*Error: (.+)/s.exec(failure.message)?.[1]
    : undefined;
  const message = (nested ?? (/ raised:$/.test(first) ? next : first)).slice(0, 200);
  const place = failure.frames.at(-1);
  return {
    cause: "unknown",
    weight: "root",
    confidence: "low",
    summary: `vLLM ended with ${name}${message === "" ? "" : `: ${message}`}. This is none of the known causes.`,
    facts: someFacts({
      exception: name,
      message: message === "" ? null : message,
      place: place ? `${place.file.split(/[\\/]/).slice(-2).join("/")}, ${place.name}` : null,
    }),
    remedies: [
      ...hints.filter(({ says }) => says.test(failure.message)).map(({ hint }) => advice(hint)),
      advice("Start it again with the same settings; if it comes back, try a newer vLLM."),
      advice("Search vLLM's issues for these words; VLLM_LOGGING_LEVEL=DEBUG makes it say more."),
    ],
    alsoLines: [],
  };
}

/** The same cause may be told by several lines, each with other numbers. */
export function mergedFacts(chosen: Judged, all: readonly Judged[]): Finding["facts"] {
  const facts = { ...chosen.finding.facts };
  for (const { finding } of all) {
    if (finding.cause !== chosen.finding.cause) continue;
    for (const [name, value] of Object.entries(finding.facts)) if (!(name in facts)) facts[name] = value;
  }
  return facts;
}
