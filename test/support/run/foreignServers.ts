import { once } from "node:events";
import { createServer } from "node:http";
import { parseJson, property } from "../../../server/src/util/unknown.ts";

export interface ForeignServer {
  url: string;
  /** The models that were asked for, in order. */
  asked: string[];
  stop(): Promise<void>;
}

/** A string is sent as plain text, anything else as JSON. */
interface Said {
  status: number;
  body: unknown;
}

/** What the request of this number, from 1, is refused with; null: it is not. */
export type Refuse = (asked: number, path: string) => Said | null;

interface Shape {
  get: Readonly<Record<string, unknown>>;
  posts: readonly string[];
  /** To any other path. */
  otherwise: (method: string, path: string) => Said;
  unknownModel: (model: string) => Said | null;
}

const list = (names: readonly string[], owner: string) => ({
  object: "list",
  data: names.map((id) => ({ id, object: "model", created: 1, owned_by: owner })),
});

/** Ollama 0.13, after its source: gin's router, OpenAI's error shape around its own messages. */
export function startOllama(names: readonly string[], refuse: Refuse = () => null): Promise<ForeignServer> {
  return start(
    {
      get: { "/v1/models": list(names, "library"), "/api/version": { version: "0.13.5" } },
      posts: ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"],
      otherwise: () => ({ status: 404, body: "404 page not found" }),
      unknownModel: (model) =>
        names.includes(model) || names.includes(`${model}:latest`)
          ? null
          : { status: 404, body: ollamaError(`model "${model}" not found, try pulling it first`, "not_found_error") },
    },
    refuse,
  );
}

export const ollamaError = (message: string, type = "api_error") => ({
  error: { message, type, param: null, code: null },
});

/** LM Studio 0.3, after its docs and bug tracker: 200 to any path, any model's name is taken for the loaded one. */
export function startLmStudio(names: readonly string[], refuse: Refuse = () => null): Promise<ForeignServer> {
  const models = names.map((id) => ({ id, object: "model", type: "llm", state: "loaded", max_context_length: 4096 }));
  return start(
    {
      get: { "/v1/models": list(names, "organization_owner"), "/api/v0/models": { object: "list", data: models } },
      posts: ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"],
      otherwise: (method, path) => ({
        status: 200,
        body: { error: `Unexpected endpoint or method. (${method} ${path})` },
      }),
      unknownModel: () => null,
    },
    refuse,
  );
}

async function start(shape: Shape, refuse: Refuse): Promise<ForeignServer> {
  const asked: string[] = [];
  const get = (path: string): Said =>
    path in shape.get ? { status: 200, body: shape.get[path] } : shape.otherwise("GET", path);
  const post = (path: string, text: string): Said => {
    const model = String(property(parseJson(text), "model"));
    asked.push(model);
    if (!shape.posts.includes(path)) return shape.otherwise("POST", path);
    return refuse(asked.length, path) ?? shape.unknownModel(model) ?? { status: 200, body: answer(model) };
  };
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body } = method === "GET" ? get(url) : post(url, Buffer.concat(chunks).toString());
      response.statusCode = status;
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const answer = (model: string) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  model,
  choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
});
