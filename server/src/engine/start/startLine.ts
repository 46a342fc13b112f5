import type { StartPhase, StartProgress } from "../../protocol/engine.ts";
import { readBar } from "./progressBar.ts";

/** How the messages of each phase begin, vLLM 0.8 to 0.33. */
const beginnings: readonly (readonly [StartPhase, readonly string[]])[] = [
  [
    "configuring",
    [
      "Automatically detected platform",
      "vLLM API server version",
      "vLLM server version",
      "non-default args",
      "Resolved architecture",
      "Using max model len",
      "Initializing a V",
      "Initializing an LLM engine",
      // Said before weights are fetched from the Hub: not yet a sign that they are being read.
      "Starting to load model",
    ],
  ],
  ["downloading", ["Fetching ", "Downloading ", "Time spent downloading weights"]],
  [
    "loading",
    [
      "Loading safetensors",
      "Loading pt checkpoint",
      "Loading bin checkpoint",
      "Loading npcache checkpoint",
      "Loading weights took",
      "Loading model weights took",
      "Multi-thread loading shards",
      "Filesystem type for checkpoints",
      "Model loading took",
    ],
  ],
  [
    "compiling",
    [
      "Using cache directory:",
      "Dynamo bytecode transform",
      "Cache the graph",
      "Compiling a graph",
      "Directly load the compiled graph",
      "Directly load AOT compilation",
      "torch.compile took",
      "torch.compile takes",
      "Warming up model for the compilation",
      "Warming up done",
    ],
  ],
  [
    "kvCache",
    ["Memory profiling takes", "Available KV cache memory", "Auto-fit max_model_len", "Maximum concurrency for"],
  ],
  ["graphs", ["Capturing CUDA graph", "Capturing cudagraphs", "Graph capturing finished"]],
  [
    "serving",
    [
      "init engine (",
      "Supported tasks:",
      "Supported_tasks:",
      "Starting vLLM",
      "Available routes are",
      "Route: ",
      "Started server process",
      "Waiting for application startup",
      "Application startup complete",
    ],
  ],
];

/** `GPU KV cache size: 162,704 tokens`, `CPU KV cache size: …`. */
const cacheSize = /^[A-Z]{1,8} KV cache size:/;
/** As of huggingface_hub: `model-00001-of-00004.safetensors:  12%|█▏ | 587M/4.98G [`, `tokenizer.json: 9.09MB [`. */
const fileBar = /^\S{1,200}\.(?:safetensors|json|bin|pt|pth|gguf|model|txt|jinja|py):\s/;

const processName = /^\([^()]{1,60}\) */;
const loggerPrefix = /^(?:[A-Z]{4,8} \d\d-\d\d \d\d:\d\d:\d\d \[?[^\]\s]{1,80}\] |[A-Z]{4,8}: +)/;

/** What a line of the log says, without who says it, how loud and when. */
export function messageOf(line: string): string {
  return line.replace(processName, "").replace(loggerPrefix, "").trim();
}

/** Reads one line (plain text, no line end) of the log of an engine that starts. null: it says nothing about how far it is. */
export function readStartLine(line: string): StartProgress | null {
  const message = messageOf(line);
  const phase = phaseOf(message);
  if (phase === null) return null;
  const bar = readBar(message);
  return { phase, done: bar?.done ?? null, total: bar?.total ?? null };
}

function phaseOf(message: string): StartPhase | null {
  if (cacheSize.test(message)) return "kvCache";
  if (fileBar.test(message)) return "downloading";
  return beginnings.find(([, texts]) => texts.some((text) => message.startsWith(text)))?.[0] ?? null;
}
