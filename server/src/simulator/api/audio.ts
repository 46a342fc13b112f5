import { badRequest, validationError } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { type FormPart, parseMultipart } from "../http/multipart.ts";
import { answerText } from "../text/answerText.ts";
import { planAnswer } from "./answerPlan.ts";
import { generate } from "./generation.ts";
import { servedModel } from "./models.ts";
import type { Service } from "./service.ts";

/** What Whisper turns 30 seconds of sound into. */
const AUDIO_TOKENS = 1500;
/** Of 16-bit sound at 16 kHz: enough to make longer files longer. */
const BYTES_PER_SECOND = 32_000;
const MAX_TOKENS = 448;

/** `POST /v1/audio/transcriptions`: takes any file and answers simulated words. */
export function transcription(service: Service, exchange: Exchange): void {
  transcribe(service, exchange, (text, seconds) => ({ text, usage: { type: "duration", seconds } }));
}

/** `POST /v1/audio/translations`. */
export function translation(service: Service, exchange: Exchange): void {
  transcribe(service, exchange, (text) => ({ text }));
}

function transcribe(service: Service, exchange: Exchange, toBody: (text: string, seconds: number) => object): void {
  const parts = parseMultipart(exchange.header("content-type"), exchange.body) ?? [];
  const file = parts.find((part) => part.name === "file");
  if (file?.fileName === undefined) {
    throw validationError([{ type: "missing", loc: "body.file", msg: "Field required", input: "None" }]);
  }
  servedModel(service, fieldOf(parts, "model"));
  const format = fieldOf(parts, "response_format") ?? "json";
  if (format !== "json" && format !== "text") {
    throw badRequest("Currently do not support this response_format in the simulator, only `json` and `text`");
  }
  const seconds = Math.ceil(file.content.length / BYTES_PER_SECOND);
  const maxTokens = Math.min(MAX_TOKENS, service.settings.maxModelLen);
  const sampling = { seed: undefined, ignoreEos: false, minTokens: 0 };
  const plan = planAnswer(service.settings, file.content.toString("latin1"), 0, sampling, maxTokens);
  const job = { prompt: "", promptTokens: Math.min(AUDIO_TOKENS, service.settings.maxModelLen - maxTokens), plan };
  generate(service, exchange, [job], { maxTokens, choices: 1 }, ([result]) => {
    exchange.json(JSON.stringify(toBody(answerText(plan.hash, result?.tokens ?? 0), seconds)));
  });
}

function fieldOf(parts: readonly FormPart[], name: string): string | undefined {
  return parts.find((part) => part.name === name && part.fileName === undefined)?.content.toString();
}
