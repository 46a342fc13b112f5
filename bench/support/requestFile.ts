import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";

/** One request of a made batch file. */
export interface MadeRequest {
  customId: string;
  prompt: string;
  maxTokens: number;
  /** With the same number as maxTokens the length of the answer is known. */
  minTokens?: number;
}

/** `#000042#`: what tells the requests apart on the server's side, whatever the client makes of the rest. */
export function requestKey(index: number): string {
  return `#${String(index).padStart(7, "0")}#`;
}

const keyPattern = /#\d{7}#/;

/** The key in a request body, or null for a request that is none of ours. */
export function requestKeyOf(body: string): string | null {
  return keyPattern.exec(body)?.[0] ?? null;
}

/** A short request with its key in the prompt. */
export function smallRequest(index: number): MadeRequest {
  return { customId: `request-${index}`, prompt: `What is the answer to request ${requestKey(index)}?`, maxTokens: 8 };
}

export function chatBody(request: MadeRequest, model: string): Record<string, unknown> {
  const length = request.minTokens === undefined ? {} : { min_tokens: request.minTokens, ignore_eos: true };
  const messages = [{ role: "user", content: request.prompt }];
  return { model, messages, max_tokens: request.maxTokens, ...length };
}

export function requestLine(request: MadeRequest, model: string): string {
  const body = chatBody(request, model);
  return `${JSON.stringify({ custom_id: request.customId, method: "POST", url: "/v1/chat/completions", body })}\n`;
}

/** Writes a batch file of `count` requests, a megabyte at a time. */
export async function writeRequestFile(
  file: string,
  count: number,
  requestAt: (index: number) => MadeRequest,
  model = "bench-model",
): Promise<void> {
  await writeLines(file, count, (index) => requestLine(requestAt(index), model));
}

/** Writes `count` lines; each has its line end already. */
export async function writeLines(file: string, count: number, lineAt: (index: number) => string): Promise<void> {
  const stream = createWriteStream(file);
  let block = "";
  for (let index = 0; index < count; index += 1) {
    block += lineAt(index);
    if (block.length < 1 << 20) continue;
    if (!stream.write(block)) await once(stream, "drain");
    block = "";
  }
  stream.end(block);
  await finished(stream);
}
