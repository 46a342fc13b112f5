import path from "node:path";
import { smallRequest, writeLines } from "../support/requestFile.ts";
import type { Contender } from "./contender.ts";
import { installPeer, peerEnvironment } from "./installPeer.ts";

const venv = { name: "flexllm", requirement: "flexllm==0.17.10" };

export const flexllm: Contender = {
  name: "flexllm 0.17.10",
  install: (log) => installPeer(venv, log),
  prepare: (job) =>
    writeLines(path.join(job.folder, "input.jsonl"), job.requests, (index) => {
      const { prompt } = smallRequest(index);
      return `${JSON.stringify({ messages: [{ role: "user", content: prompt }] })}\n`;
    }),
  // It goes on by itself where the output file is there.
  command: (job) => ({
    file: path.join(peerEnvironment(venv), "bin", "flexllm"),
    args: [
      ...["batch", "input.jsonl", "-o", "output.jsonl", "-m", "bench-model", "--max-tokens", "8"],
      ...["--base-url", `${job.url}/v1`, "--api-key", "none", "-c", String(job.inFlight), "--format", "json"],
    ],
    // Its settings are read from the home folder.
    env: { HOME: job.folder },
  }),
  answersFile: (job) => Promise.resolve(path.join(job.folder, "output.jsonl")),
};
