/** Checks and mends batch files in memory. */
import {
  BatchChecker,
  type BatchSummary,
  type CheckOptions,
  type InvalidLine,
} from "../../../server/src/batch/checker.ts";
import { BatchFixer, type FixOptions, type FixSummary } from "../../../server/src/batch/fixes/fixer.ts";
import type { Problem } from "../../../server/src/protocol/problem.ts";
import { LineSplitter, type RawLine } from "../../../server/src/util/lineSplitter.ts";

const SEED = 1;

export interface Checked extends BatchSummary {
  problems: Problem[];
  invalidLines: InvalidLine[];
}

export function check(content: string | Buffer, options: Partial<CheckOptions> = {}): Checked {
  const problems: Problem[] = [];
  const invalidLines: InvalidLine[] = [];
  const checker = new BatchChecker(
    {
      target: "vllm",
      onProblem: (problem) => void problems.push(problem),
      onInvalidLine: (line) => void invalidLines.push(line),
      ...options,
    },
    SEED,
  );
  pump(content, (line) => {
    checker.push(line);
  });
  return { ...checker.end(Buffer.byteLength(content)), problems, invalidLines };
}

export function codesOf(content: string | Buffer, options: Partial<CheckOptions> = {}): string[] {
  return check(content, options).problems.map(({ code }) => code);
}

export interface Fixed extends FixSummary {
  output: Buffer;
}

export function fix(content: string | Buffer, options: Partial<FixOptions> = {}): Fixed {
  const pieces: Buffer[] = [];
  // Pieces are views of memory that is used again.
  const write = (piece: Buffer) => void pieces.push(Buffer.from(piece));
  const fixer = new BatchFixer({ target: "vllm", suggested: false, ...options }, SEED, write);
  pump(content, (line) => {
    fixer.push(line);
  });
  fixer.finish();
  const output = Buffer.concat(pieces);
  return { ...fixer.summary(output.length), output };
}

export function fixText(content: string | Buffer, options: Partial<FixOptions> = {}): string {
  return fix(content, options).output.toString();
}

function pump(content: string | Buffer, onLine: (line: RawLine) => void): void {
  const lines = new LineSplitter();
  lines.push(Buffer.from(content), onLine);
  lines.end(onLine);
}

/** A request without problems. */
export function request(parts: Readonly<Record<string, unknown>> = {}): string {
  const messages = [{ role: "user", content: "Hello" }];
  const good = {
    custom_id: "a",
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "Qwen/Qwen3-8B", messages },
  };
  return JSON.stringify({ ...good, ...parts });
}
