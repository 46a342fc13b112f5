import { request } from "node:http";
import type { Ask } from "./simulatorRequests.ts";

/** The key that both engines are started with. */
export const API_KEY = "sesame";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  text: string;
}

/** What of an answer must be equal: no times, no ids, no words of the model. */
export interface Shape {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  /** An error's type, code, param and text; a JSON body's keys with their types; a stream's kinds of events. */
  body: unknown;
}

/** Sends one request on a connection of its own. */
export async function send(url: string, ask: Ask): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const body = ask.body === undefined || typeof ask.body === "string" ? ask.body : JSON.stringify(ask.body);
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(ask.authorised === false ? {} : { authorization: `Bearer ${API_KEY}` }),
    ...ask.headers,
    ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
  };
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
  const sent = request(new URL(ask.path, url), { method: ask.method, headers: given, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => (text += chunk));
    response.on("error", reject);
    response.on("end", () => {
      const plain = Object.entries(response.headers).map(([key, value]) => [key, String(value)]);
      resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(plain), text });
    });
  });
  sent.on("error", reject);
  sent.setTimeout(60_000, () => sent.destroy(new Error(`${ask.name}: no answer within a minute.`)));
  sent.end(body);
  return await promise;
}

/** Headers that clients look at. Dates and lengths differ by nature, and the simulator adds `x-simulated`. */
const comparedHeaders = ["content-type", "allow", "location", "vary", "server", "x-request-id", "retry-after"] as const;

export function shapeOf(answer: Answer): Shape {
  const headers = Object.fromEntries(
    comparedHeaders.flatMap((name) => {
      const value = answer.headers[name];
      return value === undefined ? [] : [[name, value.replaceAll(/:\d+/g, ":PORT")]];
    }),
  );
  return { status: answer.status, headers, body: bodyShape(answer) };
}

function bodyShape({ headers, text }: Answer): unknown {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("text/event-stream")) return streamShape(text);
  if (type !== "application/json") return type === "" ? text : "text";
  if (text === "") return "";
  const value: unknown = JSON.parse(text);
  return errorShape(value) ?? keysOf(value);
}

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: number };
}

function isErrorBody(value: unknown): value is ErrorBody {
  if (typeof value !== "object" || value === null || !("error" in value)) return false;
  const { error } = value;
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}

function errorShape(value: unknown): unknown {
  if (!isErrorBody(value)) return undefined;
  const { message, ...rest } = value.error;
  return { ...rest, message: messageShape(message) };
}

/**
 * Of pydantic's lists the first complaint: how many there are follows from the members of its unions. Numbers of
 * tokens follow from the tokenizer.
 */
function messageShape(message: string): string {
  const [head = "", first] = message.split("\n");
  return first !== undefined && /^\d+ validation error/.test(head)
    ? first.trim().replaceAll(/<dict of \d+/g, "<dict of N")
    : message.replaceAll(/\d+/g, "N");
}

/** Each key of a JSON value as a path, with the type of what is there. Lists are taken together. */
export function keysOf(value: unknown, path = "$", into: Record<string, string> = {}): Record<string, string> {
  if (Array.isArray(value)) {
    into[path] = "list";
    // A token may have no bytes at all.
    if (path.endsWith(".bytes")) return into;
    for (const item of value) keysOf(item, `${path}[]`, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) keysOf(inner, `${path}.${keyShape(path, key)}`, into);
  } else {
    into[path] = value === null ? "null" : typeof value;
  }
  return into;
}

/** Keys that are ids or texts of tokens are the tokenizer's. */
function keyShape(path: string, key: string): string {
  const isToken = /^\d+$/.test(key) || path === "$.choices[].logprobs.top_logprobs[]";
  return isToken ? "TOKEN" : key;
}

/** The kinds of events in the order in which they first appear, each with its keys. */
function streamShape(text: string): unknown {
  const kinds = new Map<string, unknown>();
  for (const event of text.split("\n\n").filter((part) => part !== "")) {
    const name = /^event: (.*)$/m.exec(event)?.[1];
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? "";
    const keys = data === "[DONE]" ? data : keysOf(JSON.parse(data));
    const kind = name ?? JSON.stringify(Object.keys(keys));
    if (!kinds.has(kind)) kinds.set(kind, keys);
  }
  return [...kinds.values()];
}

/** Names and types of a page of metrics. */
export function metricTypes(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
}

/** The label names of each metric. */
export function metricLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [, name = "", inside = ""] of text.matchAll(/^([a-z_:]+)\{(.*)\} \S+$/gim)) {
    labels.set(name, [...inside.matchAll(/(\w+)="/g)].map(([, label]) => label).join(","));
  }
  return labels;
}

/** A log line without its pid, time and place, and with its numbers made equal. */
export function logShape(line: string): string {
  return line
    .replace(/^\((\w+) pid=\d+\) (\w+) [\d-]+ [\d:]+ \[\S+\] /, "($1) $2 ")
    .replaceAll(/\d[\d,.]*/g, "N")
    .trimEnd();
}
