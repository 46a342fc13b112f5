import { isObject } from "../../util/unknown.ts";
import { ALLOWED_HOSTS_VARIABLE, judgeMediaUrl, parseAllowedHosts } from "../mediaPolicy.ts";
import type { BatchRequest } from "../request.ts";
import type { SendFailure } from "../sendResult.ts";
import { fetchMedia, type Media } from "./fetchMedia.io.ts";

/**
 * Makes the multipart form that vLLM's audio endpoints take from a batch body, which names its file in `file_url` as
 * `vllm run-batch` has it.
 */
export function audioFormMaker(env: Readonly<Record<string, string | undefined>>) {
  const hosts = parseAllowedHosts(env[ALLOWED_HOSTS_VARIABLE]);
  return async (
    { body }: BatchRequest,
    signal: AbortSignal,
  ): Promise<{ body: Buffer; contentType: string } | SendFailure> => {
    const fields: unknown = JSON.parse(body.toString("utf8"));
    const url = isObject(fields) ? fields["file_url"] : undefined;
    if (!isObject(fields) || typeof url !== "string") return badMedia("the body has no file_url");
    const judged = judgeMediaUrl(url, hosts);
    if (judged.kind === "refused") return badMedia(judged.why);
    const media = judged.kind === "data" ? { ...judged, name: "audio" } : await fetchMedia(judged.url, hosts, signal);
    return "failure" in media ? media : await encode(fields, media);
  };
}

async function encode(fields: Record<string, unknown>, media: Media): Promise<{ body: Buffer; contentType: string }> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (key === "file_url" || value === null) continue;
    if (Array.isArray(value)) for (const item of value as unknown[]) form.append(`${key}[]`, textOf(item));
    else form.append(key, textOf(value));
  }
  form.append("file", new Blob([new Uint8Array(media.bytes)], { type: media.contentType }), media.name);
  const encoded = new Response(form);
  return {
    body: Buffer.from(await encoded.arrayBuffer()),
    contentType: encoded.headers.get("content-type") ?? "multipart/form-data",
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function badMedia(message: string): SendFailure {
  return { kind: "failure", failure: "badMedia", message };
}
