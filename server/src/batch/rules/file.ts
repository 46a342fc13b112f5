import type { Severity } from "../../protocol/problem.ts";
import { bodyKindOf, taskOf, urlsOf, type Target } from "../endpoints.ts";

/** OpenAI Batch guide: at most this in one file. */
const OPENAI_MAX_REQUESTS = 50_000;
const OPENAI_MAX_BYTES = 200 * 1024 * 1024;

/** What was seen by the end of a file. */
export interface FileFacts {
  target: Target;
  sizeBytes: number;
  requests: number;
  isArray: boolean;
  urls: Readonly<Record<string, number>>;
  models: Readonly<Record<string, number>>;
}

/** About the file as a whole, so without a place in it. */
export interface FileFinding {
  code: string;
  severity: Severity;
  message: string;
  fix: "safe" | null;
}

export const arrayFile: FileFinding = {
  code: "file.arrayFile",
  severity: "error",
  message:
    "This file is one JSON array. A batch file has one request per line, without brackets and commas around them.",
  fix: "safe",
};

export const utf16File: FileFinding = {
  code: "encoding.utf16",
  severity: "error",
  message: "This file is UTF-16. JSON must be UTF-8 (RFC 8259 §8.1); some editors on Windows save as UTF-16.",
  fix: "safe",
};

/** All that can be said only after the last line. */
export function judgeFile(facts: FileFacts): FileFinding[] {
  return [
    ...(facts.isArray ? [arrayFile] : []),
    ...(facts.requests === 0 ? [problem("file.empty", "error", "There is no request in this file.")] : []),
    ...judgeUrls(facts),
    ...judgeModels(facts),
    ...(facts.target === "openai" ? judgeLimits(facts) : []),
  ];
}

function judgeUrls({ target, urls: all }: FileFacts): FileFinding[] {
  // A url that is wrong was told on its line.
  const urls = Object.fromEntries(Object.entries(all).filter(([url]) => urlsOf(target).includes(url)));
  if (Object.keys(urls).length < 2) return [];
  const list = listed(urls);
  if (target === "openai") {
    const message = `OpenAI takes one url per file, and this one has several: ${list}. Make a file of each.`;
    return [problem("file.mixedUrls", "error", message)];
  }
  const tasks = new Set(
    Object.keys(urls)
      .flatMap((url) => bodyKindOf(url) ?? [])
      .map(taskOf),
  );
  return tasks.size > 1
    ? [
        problem(
          "file.mixedUrls",
          "warning",
          `This file asks for ${[...tasks].sort().join(" and for ")} (${list}). A vLLM server runs one model, and few models do both.`,
        ),
      ]
    : [problem("file.mixedUrls", "info", `This file has several urls: ${list}. vLLM takes that, OpenAI does not.`)];
}

function judgeModels({ target, models }: FileFacts): FileFinding[] {
  if (Object.keys(models).length < 2) return [];
  const list = listed(models);
  return target === "openai"
    ? [problem("file.mixedModels", "error", `OpenAI takes one model per file, and this one has several: ${list}.`)]
    : [
        problem(
          "file.mixedModels",
          "warning",
          `This file names several models: ${list}. A vLLM server runs one (and its LoRA adapters); requests for others fail.`,
        ),
      ];
}

function judgeLimits({ requests, sizeBytes }: FileFacts): FileFinding[] {
  const findings: FileFinding[] = [];
  if (requests > OPENAI_MAX_REQUESTS) {
    const message = `This file has ${grouped(requests)} requests. OpenAI takes at most ${grouped(OPENAI_MAX_REQUESTS)} in one file.`;
    findings.push(problem("file.tooManyRequests", "error", message));
  }
  if (sizeBytes > OPENAI_MAX_BYTES) {
    const message = `This file has ${grouped(Math.ceil(sizeBytes / 1024 / 1024))} MB. OpenAI takes at most 200 MB in one file.`;
    findings.push(problem("file.tooLarge", "error", message));
  }
  return findings;
}

function problem(code: string, severity: Severity, message: string): FileFinding {
  return { code, severity, message, fix: null };
}

const SHOWN_NAMES = 4;

/** `a (12), b (3) and 5 more`, the most frequent first, whatever their order in the file. */
function listed(counts: Readonly<Record<string, number>>): string {
  const names = Object.entries(counts).sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1));
  const shown = names.slice(0, SHOWN_NAMES).map(([name, count]) => `${shortened(name)} (${grouped(count)})`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function shortened(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
