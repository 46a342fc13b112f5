import { readdir } from "node:fs/promises";
import path from "node:path";
import { smallRequest, writeLines } from "../support/requestFile.ts";
import type { Contender, Job } from "./contender.ts";
import { installPeer, peerEnvironment } from "./installPeer.ts";

const venv = { name: "curator", requirement: "bespokelabs-curator==0.1.31" };
const program = path.join(import.meta.dirname, "curatorProgram.py");
const cacheFolder = (job: Job) => path.join(job.folder, "cache");

export const curator: Contender = {
  name: "curator 0.1.31",
  install: (log) => installPeer(venv, log),
  prepare: (job) =>
    writeLines(path.join(job.folder, "input.jsonl"), job.requests, (index) => {
      return `${JSON.stringify({ prompt: smallRequest(index).prompt })}\n`;
    }),
  command: (job) => ({
    file: path.join(peerEnvironment(venv), "bin", "python"),
    args: [program, "cache", "input.jsonl", `${job.url}/v1`, String(job.inFlight)],
    env: {
      HOME: job.folder,
      // It would ask the network for prices, tokenizers, and send usage.
      TELEMETRY_ENABLED: "false",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      HF_HUB_OFFLINE: "1",
      // A line per event instead of redrawing a panel: its faster way.
      CURATOR_DISABLE_RICH_DISPLAY: "1",
    },
  }),
  answersFile: responses,
};

/** `cache/<fingerprint of the data set>/responses_0.jsonl`. */
async function responses(job: Job): Promise<string | null> {
  const names = await readdir(cacheFolder(job), { recursive: true });
  const name = names.find((one) => path.basename(one) === "responses_0.jsonl");
  return name === undefined ? null : path.join(cacheFolder(job), name);
}
