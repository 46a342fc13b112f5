import { createHash } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The one repository of the played Hub. */
export const repository = "example-org/tiny-llama";

const commit = hashOf(repository);
/** Stands for the id that Git would give it. */
function hashOf(name: string): string {
  return createHash("sha1").update(name).digest("hex");
}

const MiB = 1024 * 1024;

export interface Weights {
  weightsMiB: number;
  /** The connection is cut there, each time. */
  breakOffAfterMiB?: number;
}

/** A Hub that has the files of this folder, and weights that mean nothing, as one repository. */
export async function serveRepository(folder: string, weights: Weights): Promise<RequestListener> {
  const files = new Map<string, Buffer>();
  for (const name of await readdir(folder)) files.set(name, await readFile(path.join(folder, name)));
  files.set("model.safetensors", Buffer.alloc(weights.weightsMiB * MiB));
  const siblings = [...files.keys()].map((rfilename) => ({ rfilename }));
  const tree = [...files].map(([name, { length }]) => ({ type: "file", path: name, size: length, oid: hashOf(name) }));
  return (request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? "/", "http://hub");
    if (pathname.startsWith(`/api/models/${repository}`)) {
      const isTree = /\/(?:tree|paths-info)\//.test(pathname);
      const about = isTree ? tree : { id: repository, modelId: repository, sha: commit, siblings };
      respond(response, 200, {}, JSON.stringify(about));
      return;
    }
    const name = decodeURIComponent(pathname.split("/").at(-1) ?? "");
    const content = files.get(name);
    if (content === undefined) {
      respond(response, 404, { "x-error-code": "EntryNotFound", "x-error-message": "Entry not found" }, "");
      return;
    }
    response.writeHead(200, {
      etag: JSON.stringify(hashOf(name)),
      "x-repo-commit": commit,
      "content-length": content.length,
    });
    if (request.method === "HEAD") response.end();
    else if (name !== "model.safetensors" || weights.breakOffAfterMiB === undefined) response.end(content);
    else response.write(content.subarray(0, weights.breakOffAfterMiB * MiB), () => response.destroy());
  };
}

function respond(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { ...headers, "content-type": "application/json" }).end(body);
}
