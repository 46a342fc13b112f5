import path from "node:path";
import { programPath } from "../support/program.ts";
import { smallRequest, writeRequestFile } from "../support/requestFile.ts";
import type { Contender, Job } from "./contender.ts";

const run = (job: Job) => {
  return ["run", "input.jsonl", "--endpoint", job.url, "--in-flight", String(job.inFlight), "--out", "run"];
};
const resume = ["resume", "run"];

export const ours: Contender = {
  name: "vLLM Batch",
  install: () => Promise.resolve(),
  prepare: (job) => writeRequestFile(path.join(job.folder, "input.jsonl"), job.requests, smallRequest),
  command: (job, life) => ({ file: process.execPath, args: [programPath, ...(life === "first" ? run(job) : resume)] }),
  answersFile: (job) => Promise.resolve(path.join(job.folder, "run", "output.jsonl")),
};
