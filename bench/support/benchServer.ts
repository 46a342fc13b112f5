/**
 * A server that knows exactly what it delivered and when. It answers chat completions after a fixed time, can say 503
 * to everything for a while, and keeps the time of each arrival and delivery. The simulator is no use where that
 * matters: it answers like an engine, with queues and rates.
 *
 * Runs as a child (see startBenchServer), its options as JSON in the first argument, commands over IPC.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { property } from "../../server/src/util/unknown.ts";
import { clockMs } from "./clock.ts";
import type { BenchServerOptions, ServerLogEntry, ServerMessage } from "./benchServerMessages.ts";
import { requestKeyOf } from "./requestFile.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as BenchServerOptions;
const log: ServerLogEntry[] = [];
let answered = 0;
let outageUntilMs = 0;
let watching = false;

const tell = (message: ServerMessage) => process.send?.(message);

const server = createServer((request, response) => {
  if (request.method === "POST" && request.url === "/v1/chat/completions") answerChat(request, response);
  else if (clockMs() < outageUntilMs) send(response, 503, unavailable);
  else if (request.url === "/health") send(response, 200, "");
  else if (request.url === "/v1/models") send(response, 200, modelList);
  else send(response, 404, `{"error":{"message":"Not Found","type":"NotFoundError","param":null,"code":404}}`);
});
// The clients decide when a connection ends: none may be lost to a race with the server's own time-out.
server.keepAliveTimeout = 0;
server.listen(options.port ?? 0, "127.0.0.1", 4096, () => {
  tell({ event: "listening", port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
process.on("message", (message: unknown) => {
  const command = property(message, "command");
  if (command === "log") tell({ event: "log", entries: log });
  if (command === "watchNext") {
    watching = true;
    tell({ event: "watching" });
  }
});

const unavailable = `{"error":{"message":"Service Unavailable","type":"ServiceUnavailable","param":null,"code":503}}`;
const modelList = JSON.stringify({
  object: "list",
  data: [{ id: "bench-model", object: "model", created: 0, owned_by: "bench", max_model_len: 32768 }],
});

function answerChat(request: IncomingMessage, response: ServerResponse): void {
  const arrivedMs = clockMs();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const key = requestKeyOf(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
    const entry: ServerLogEntry = { key, arrivedMs, deliveredMs: null, status: 0 };
    log.push(entry);
    if (watching) tell({ event: "nextRequest", arrivedMs });
    watching = false;
    if (options.latencyMs > 0) setTimeout(finish, options.latencyMs, entry, response);
    else finish(entry, response);
  });
}

function finish(entry: ServerLogEntry, response: ServerResponse): void {
  if (response.destroyed) return;
  entry.status = clockMs() < outageUntilMs ? 503 : 200;
  // `finish`: the answer is with the operating system, on its way to the client.
  response.on("finish", () => (entry.deliveredMs = clockMs()));
  if (entry.status === 503) {
    send(response, 503, unavailable);
    return;
  }
  send(response, 200, chatCompletion(entry.key));
  if (entry.key !== null) answered += 1;
  if (answered !== options.halfWay) return;
  outageUntilMs = clockMs() + (options.outageMs ?? 0);
  tell({ event: "halfWay" });
}

function chatCompletion(key: string | null): string {
  return JSON.stringify({
    id: `chatcmpl-${key ?? "probe"}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model: "bench-model",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: `The answer to request ${key ?? "without a key"}.` },
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 8, total_tokens: 28 },
  });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
