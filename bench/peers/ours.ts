import { readdir } from "node:fs/promises";
import path from "node:path";
import { programPath } from "../support/program.ts";
import { smallRequest, writeRequestFile } from "../support/requestFile.ts";
import type { Contender, Job } from "./contender.ts";

const runFolder = (job: Job) => path.join(job.folder, "run");

export const ours: Contender = {
  name: "vLLM Batch",
  install: () => Promise.resolve(),
  prepare: (job) => writeRequestFile(path.join(job.folder, "input.jsonl"), job.requests, smallRequest),
  command: (job, life) => ({
    file: process.execPath,
    args:
      life === "first"
        ? [
            programPath,
            "run",
            "input.jsonl",
            "--endpoint",
            job.url,
            "--in-flight",
            String(job.inFlight),
            "--out",
            "run",
          ]
        : [programPath, "resume", "run"],
  }),
  answersFile: (job) => Promise.resolve(path.join(runFolder(job), "output.jsonl")),
  // All of them: the manifest is written after the last answer has been synced, so this includes the sync.
  savedFiles: async (job) => (await readdir(runFolder(job))).map((name) => path.join(runFolder(job), name)),
};
