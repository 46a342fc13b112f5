import type { CodeEntry } from "./code.ts";
import { good, goodValue, line, lines, printed } from "./requestExamples.ts";

const openAi = "The OpenAI Batch guide";
const messages = [{ role: "user", content: "Hello" }];

/** Problems of a file as a whole, which are told at its line 1. */
export const fileCodes: readonly CodeEntry[] = [
  {
    code: "file.arrayFile",
    severity: "error",
    title: "The file is one JSON array",
    why: "A batch file has one request per line (JSON Lines), without brackets around them and commas between them. The fix writes each element on a line of its own.",
    bad: printed([goodValue]),
    good,
    fix: "safe",
  },
  {
    code: "file.empty",
    severity: "error",
    title: "The file has no requests",
    why: "There is nothing to run.",
    bad: "\n",
    good,
    fix: null,
  },
  {
    code: "file.mixedUrls",
    severity: "warning",
    title: "The file has requests for several endpoints",
    why: `${openAi} allows one endpoint per file: with that target this is an error. A vLLM server takes a mixture, so it is a hint; but it runs one model, and few models can do two of text generation, embeddings and speech, so a mixture of those is a warning.`,
    bad: lines(
      line(),
      line({ custom_id: "2", url: "/v1/embeddings", body: { model: "Qwen/Qwen3-8B", input: "Paris" } }),
    ),
    good,
    fix: null,
  },
  {
    code: "file.mixedModels",
    severity: "warning",
    title: "The file names several models",
    why: `A vLLM server serves one model, and the LoRA adapters it was started with; requests for any other are answered with 404. ${openAi} allows one model per file: with that target this is an error.`,
    bad: lines(line(), line({ custom_id: "2", body: { model: "Qwen/Qwen3-4B", messages } })),
    good: lines(line(), line({ custom_id: "2" })),
    fix: null,
  },
  {
    code: "file.tooManyRequests",
    severity: "error",
    title: "The file has too many requests for OpenAI",
    why: `${openAi} allows 50,000 requests per file. vLLM has no such limit.`,
    bad: "",
    good: "",
    tooBigToShow: "A file with 50,001 requests.",
    fix: null,
    target: "openai",
  },
  {
    code: "file.tooLarge",
    severity: "error",
    title: "The file is too large for OpenAI",
    why: `${openAi} allows 200 MB per file. vLLM has no such limit.`,
    bad: "",
    good: "",
    tooBigToShow: "A file of 250 MB.",
    fix: null,
    target: "openai",
  },
];
