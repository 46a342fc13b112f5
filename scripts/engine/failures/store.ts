import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import type { FactValue } from "../../../server/src/protocol/engine.ts";
import { failureCases } from "./cases.ts";
import type { FailureCase } from "./failureCase.ts";
import type { Outcome } from "./runCase.ts";

export const transcriptFolder = path.resolve(
  import.meta.dirname,
  ...["..", "..", "..", "test", "fixtures", "engine-logs", "real"],
);

/** One entry of labels.json. */
export interface TranscriptLabel {
  file: string;
  cause: string;
  phase: string;
  vllm: string;
  exit: { code: number | null; signal: NodeJS.Signals | null };
  context: { stopRequested: boolean };
  facts: Record<string, FactValue>;
  remedy: string;
  also_accept?: readonly string[];
  tricky?: string;
  command: string;
  /** Titles of the processes that outlived the one that was started. */
  survivors?: string[];
}

/** Makes names and labels anew from the table of cases, for the transcripts that are there. */
export async function labelAnew(): Promise<void> {
  const labels: TranscriptLabel[] = [];
  for (const old of await readLabels()) {
    const failure = failureCases.find(({ name }) => old.file.replace(/^\d+-/, "") === `${name}.log`);
    const before = path.join(transcriptFolder, old.file);
    if (failure === undefined) {
      await rm(before);
      continue;
    }
    await rename(before, path.join(transcriptFolder, fileOf(failure)));
    const transcript = await readFile(path.join(transcriptFolder, fileOf(failure)), "utf8");
    labels.push(labelOf(failure, old.vllm, { ...old, transcript, survivors: old.survivors ?? [] }));
  }
  await writeLabels(labels);
}

/** Writes the transcript and its label; an older one of the same case goes. */
export async function store(failure: FailureCase, vllm: string, outcome: Outcome): Promise<void> {
  const file = fileOf(failure);
  const ofThisCase = (name: string) => name.replace(/^\d+-/, "") === `${failure.name}.log`;
  for (const old of await readdir(transcriptFolder)) {
    if (ofThisCase(old)) await rm(path.join(transcriptFolder, old));
  }
  await writeFile(path.join(transcriptFolder, file), outcome.transcript);
  const others = (await readLabels()).filter((label) => !ofThisCase(label.file));
  await writeLabels([...others, labelOf(failure, vllm, outcome)]);
}

async function writeLabels(labels: readonly TranscriptLabel[]): Promise<void> {
  const inOrder = labels.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const text = await format(JSON.stringify(inOrder), { parser: "json", printWidth: 120 });
  await writeFile(path.join(transcriptFolder, "labels.json"), text);
}

function fileOf(failure: FailureCase): string {
  return `${String(failureCases.indexOf(failure) + 1).padStart(3, "0")}-${failure.name}.log`;
}

async function readLabels(): Promise<TranscriptLabel[]> {
  if (!(await readdir(transcriptFolder)).includes("labels.json")) return [];
  return JSON.parse(await readFile(path.join(transcriptFolder, "labels.json"), "utf8")) as TranscriptLabel[];
}

function labelOf(failure: FailureCase, vllm: string, outcome: Omit<Outcome, "seconds">): TranscriptLabel {
  return {
    file: fileOf(failure),
    cause: failure.cause,
    phase: failure.phase,
    vllm,
    exit: outcome.exit,
    context: { stopRequested: failure.stopRequested ?? false },
    facts: factsOf(failure, outcome.transcript),
    remedy: failure.remedy,
    ...(failure.alsoAccept === undefined ? {} : { also_accept: failure.alsoAccept }),
    ...(failure.tricky === undefined ? {} : { tricky: failure.tricky }),
    command: outcome.command,
    ...(outcome.survivors.length === 0 ? {} : { survivors: outcome.survivors }),
  };
}

/** A fact is only one if it stands in the text. */
export function factsOf(failure: FailureCase, transcript: string): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(failure.facts ?? {})) {
    if (!(value instanceof RegExp)) {
      if (transcript.includes(String(value)) || name === "device") facts[name] = value;
      continue;
    }
    const [, found] = value.exec(transcript) ?? [];
    if (found !== undefined) facts[name] = Number.isNaN(Number(found)) ? found : Number(found);
  }
  return facts;
}
