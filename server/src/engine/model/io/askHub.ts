/** Asks the Hub about one repository: two requests, without a token, of bounded size and time. */
import { request } from "undici";
import { messageOf } from "../../../util/unknown.ts";
import { readHubRepository } from "../hubAnswer.ts";
import { isRevision } from "../hubName.ts";
import type { ModelShape } from "../modelShape.ts";
import { readModelShape } from "../modelShape.ts";
import type { Env } from "./hubCache.ts";

export type HubAnswer =
  | {
      answered: true;
      /** false: none, or none that may be seen without a token. */
      exists: boolean;
      gated: boolean | null;
      weightBytes: number | null;
      chatTemplate: boolean | null;
      shape: ModelShape | null;
      why: string | null;
    }
  | { answered: false; why: string };

const TIMEOUT_MS = 10_000;
const ANSWER_LIMIT_BYTES = 8 * 2 ** 20;
const MAX_REDIRECTS = 3;

/** Never throws. Sends the name of the model and nothing else. */
export async function askHub(name: string, revision: string | null, env: Env): Promise<HubAnswer> {
  const endpoint = endpointOf(env);
  if (endpoint === null) return { answered: false, why: "HF_ENDPOINT is no http or https address" };
  if (revision !== null && !isRevision(revision)) return { answered: false, why: `${revision} is no revision` };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const at = encodeURIComponent(revision ?? "main");
  try {
    const repository = await getJson(
      `${endpoint}/api/models/${name}${revision === null ? "" : `/revision/${at}`}?blobs=true`,
      signal,
    );
    if (repository.status === 401 || repository.status === 404) return noSuchRepository(name);
    if (repository.status !== 200) return { answered: false, why: `the Hub answered with status ${repository.status}` };
    const config = await getJson(`${endpoint}/${name}/resolve/${at}/config.json`, signal);
    return {
      answered: true,
      exists: true,
      ...readHubRepository(repository.value),
      shape: config.status === 200 ? readModelShape(config.value) : null,
      why: config.status === 200 ? null : `the Hub gave no config.json (status ${config.status})`,
    };
  } catch (error) {
    return { answered: false, why: `the Hub could not be asked: ${messageOf(error)}` };
  }
}

function noSuchRepository(name: string): HubAnswer {
  const why = `the Hub has no ${name} that may be seen without a token`;
  return { answered: true, exists: false, gated: null, weightBytes: null, chatTemplate: null, shape: null, why };
}

function endpointOf(env: Env): string | null {
  const said = env["HF_ENDPOINT"] ?? "";
  if (said === "") return "https://huggingface.co";
  const url = URL.parse(said);
  return url !== null && /^https?:$/.test(url.protocol) ? said.replace(/\/+$/, "") : null;
}

/** Follows redirects within the same server only. Throws on a broken connection, too much, or no JSON. */
async function getJson(url: string, signal: AbortSignal): Promise<{ status: number; value: unknown }> {
  let at = new URL(url);
  for (let redirects = 0; ; redirects++) {
    const { statusCode, headers, body } = await request(at, {
      signal,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const target = typeof headers.location === "string" ? URL.parse(headers.location, at.href) : null;
    if (statusCode >= 300 && statusCode < 400 && target !== null && redirects < MAX_REDIRECTS) {
      await body.dump();
      if (target.origin !== at.origin) throw new Error(`it points to another server, ${target.origin}`);
      at = target;
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      return { status: statusCode, value: undefined };
    }
    return { status: 200, value: JSON.parse(await readBounded(body)) as unknown };
  }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT_BYTES) throw new Error(`its answer is larger than ${ANSWER_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
