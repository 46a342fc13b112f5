import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findModel, type FindModelOptions } from "../../../../../server/src/engine/model/io/findModel.ts";
import { hasToken, hubCacheFolder, isOffline } from "../../../../../server/src/engine/model/io/hubCache.ts";
import { JSON_LIMIT_BYTES, readJson } from "../../../../../server/src/engine/model/io/readJson.ts";
import type { ModelFacts } from "../../../../../server/src/engine/model/modelFacts.ts";
import { llama31_8b, qwen25_7b_awq } from "../../../../support/engine/modelConfigs.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "find-model-"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const cache = (): string => path.join(home, ".cache", "huggingface", "hub");

async function find(name: string, changes: Partial<FindModelOptions> = {}): Promise<ModelFacts> {
  const options = { env: {}, homedir: home, cwd: home, revision: null, downloadFolder: null, online: false };
  return await findModel(name, { ...options, ...changes });
}

/** A repository as huggingface_hub lays it out: files are links to blobs. */
async function addToCache(
  name: string,
  files: Readonly<Record<string, string | number>>,
  folder = cache(),
): Promise<void> {
  const repository = path.join(folder, `models--${name.replace("/", "--")}`);
  const snapshot = path.join(repository, "snapshots", "0123abc");
  for (const one of ["refs", "blobs"]) await mkdir(path.join(repository, one), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  await writeFile(path.join(repository, "refs", "main"), "0123abc");
  for (const [file, content] of Object.entries(files)) {
    const blob = path.join(repository, "blobs", `blob-${file}`);
    await writeSized(blob, content);
    await symlink(path.join("..", "..", "blobs", `blob-${file}`), path.join(snapshot, file));
  }
}

/** A text, or a file of so many bytes. */
async function writeSized(file: string, content: string | number): Promise<void> {
  await writeFile(file, typeof content === "string" ? content : "");
  if (typeof content === "number") await truncate(file, content);
}

const index = (totalSize: number): string =>
  JSON.stringify({
    metadata: { total_size: totalSize },
    weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" },
  });

const tokenizer = { "tokenizer.json": "{}", "tokenizer_config.json": `{"chat_template": "{{ messages }}"}` };

describe("the cache of the Hub", () => {
  test("a repository that is wholly there: shape, bytes of the index, tokenizer and template", async () => {
    await addToCache("owner/model", {
      "config.json": JSON.stringify(llama31_8b),
      "model.safetensors.index.json": index(3000),
      "model-00001-of-00002.safetensors": 2000,
      "model-00002-of-00002.safetensors": 1016,
      ...tokenizer,
    });
    expect(await find("owner/model")).toMatchObject({
      place: "cache",
      folder: path.join(cache(), "models--owner--model", "snapshots", "0123abc"),
      shape: { modelType: "llama", heads: 32 },
      weights: { bytes: 3000, source: "index" },
      complete: true,
      missingBytes: 0,
      chatTemplate: true,
      tokenizer: true,
      gated: null,
      problem: null,
    });
  });

  test("a download that was cut off: the rest is still to come", async () => {
    await addToCache("owner/model", {
      "config.json": JSON.stringify(llama31_8b),
      "model.safetensors.index.json": index(3000),
      "model-00001-of-00002.safetensors": 2000,
    });
    expect(await find("owner/model")).toMatchObject({ complete: false, missingBytes: 1000, weights: { bytes: 3000 } });
  });

  test("a link whose blob is gone counts as missing", async () => {
    await addToCache("owner/model", { "config.json": JSON.stringify(llama31_8b), "model.safetensors": 2000 });
    await rm(path.join(cache(), "models--owner--model", "blobs", "blob-model.safetensors"));
    expect(await find("owner/model")).toMatchObject({ complete: false, missingBytes: null });
  });

  test("only the configuration: the weights are estimated from it", async () => {
    await addToCache("owner/model", { "config.json": JSON.stringify(qwen25_7b_awq) });
    const found = await find("owner/model");
    expect(found).toMatchObject({ place: "cache", complete: false, missingBytes: null, weights: { source: "shape" } });
    expect((found.weights?.bytes ?? 0) / 2 ** 30).toBeCloseTo(5.2, 1);
  });

  test("nothing: it is away", async () => {
    expect(await find("owner/other")).toMatchObject({ place: "away", complete: null, shape: null, weights: null });
  });

  test("a revision that is not there is away, and none leads out of the cache", async () => {
    await addToCache("owner/model", { "config.json": JSON.stringify(llama31_8b) });
    expect(await find("owner/model", { revision: "v2" })).toMatchObject({ place: "away" });
    expect(await find("owner/model", { revision: "0123abc" })).toMatchObject({ place: "cache" });
    expect(await find("owner/model", { revision: "../refs/main" })).toMatchObject({ place: "away" });
  });

  test("a reference that points out of the cache leads nowhere", async () => {
    await addToCache("owner/model", { "config.json": JSON.stringify(llama31_8b) });
    await writeFile(path.join(cache(), "models--owner--model", "refs", "main"), "../../../..");
    expect(await find("owner/model")).toMatchObject({ place: "away" });
  });

  test("weights in a download folder, the configuration in the cache", async () => {
    const downloads = path.join(home, "downloads");
    await addToCache("owner/model", { "config.json": JSON.stringify(llama31_8b) });
    await addToCache("owner/model", { "model.safetensors": 5000 }, downloads);
    expect(await find("owner/model", { downloadFolder: downloads })).toMatchObject({
      shape: { modelType: "llama" },
      weights: { bytes: 5000, source: "files" },
      complete: true,
      cacheFolder: downloads,
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ["by default", {}, "/h/.cache/huggingface/hub"],
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/x" }, "/x/huggingface/hub"],
    ["HF_HOME", { HF_HOME: "/hf", XDG_CACHE_HOME: "/x" }, "/hf/hub"],
    ["HF_HUB_CACHE", { HF_HUB_CACHE: "/c", HF_HOME: "/hf" }, "/c"],
    ["an empty variable is none", { HF_HUB_CACHE: "", HF_HOME: "" }, "/h/.cache/huggingface/hub"],
  ])("its folder: %s", (_, env, folder) => {
    expect(hubCacheFolder(env, "/h")).toBe(folder);
  });

  test.each([
    ["1", true],
    ["true", true],
    ["yes", true],
    ["0", false],
    ["", false],
  ])("HF_HUB_OFFLINE=%s", (value, offline) => {
    expect(isOffline({ HF_HUB_OFFLINE: value })).toBe(offline);
  });

  test("a token is seen in the environment and in its file", async () => {
    expect(await hasToken({}, home)).toBe(false);
    expect(await hasToken({ HF_TOKEN: "x" }, home)).toBe(true);
    await mkdir(path.join(home, "hf"));
    await writeFile(path.join(home, "hf", "token"), "x");
    expect(await hasToken({ HF_HOME: path.join(home, "hf") }, home)).toBe(true);
    expect(await hasToken({ HF_TOKEN_PATH: path.join(home, "hf", "token") }, home)).toBe(true);
  });
});

describe("a local folder", () => {
  async function folderWith(files: Readonly<Record<string, string | number>>): Promise<string> {
    const folder = path.join(home, "models", "mine");
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeSized(path.join(folder, name), content);
    return folder;
  }

  test("is found by its full path, from the working folder and from home, and wins over the cache", async () => {
    await addToCache("models/mine", { "config.json": JSON.stringify(qwen25_7b_awq) });
    const folder = await folderWith({
      "config.json": JSON.stringify(llama31_8b),
      "model.safetensors": 4000,
      ...tokenizer,
    });
    for (const name of [folder, "./models/mine", "models/mine", "~/models/mine"]) {
      expect(await find(name)).toMatchObject({
        place: "folder",
        folder,
        shape: { modelType: "llama" },
        weights: { bytes: 4000, source: "files" },
        complete: true,
      });
    }
  });

  test("one kind of weights counts, the copy in another does not", async () => {
    const folder = await folderWith({
      "model.safetensors": 4000,
      "consolidated.safetensors": 4000,
      "pytorch_model.bin": 4100,
    });
    expect(await find(folder)).toMatchObject({ weights: { bytes: 4000 } });
  });

  test("lacks shards that its file names announce", async () => {
    const folder = await folderWith({ "model-00001-of-00003.safetensors": 10, "model-00003-of-00003.safetensors": 10 });
    expect(await find(folder)).toMatchObject({ complete: false, weights: null });
  });

  test("without config.json, template or tokenizer says so", async () => {
    const folder = await folderWith({ "tokenizer_config.json": "{}" });
    expect(await find(folder)).toMatchObject({
      shape: null,
      problem: "there is no config.json",
      chatTemplate: false,
      tokenizer: true,
    });
  });

  test("a template may be a file of its own", async () => {
    expect(await find(await folderWith({ "chat_template.jinja": "x" }))).toMatchObject({ chatTemplate: true });
  });

  test.each<[string, string, string]>([
    ["that is no JSON", "{", "cannot be read"],
    ["that describes nothing", "[]", "describes no model"],
  ])("with a config.json %s", async (_, text, problem) => {
    const found = await find(await folderWith({ "config.json": text }));
    expect(found.shape).toBeNull();
    expect(found.problem).toContain(problem);
  });

  test("a GGUF file is its own weights", async () => {
    const folder = await folderWith({ "m.gguf": 700 });
    expect(await find(path.join(folder, "m.gguf"))).toMatchObject({
      place: "folder",
      weights: { bytes: 700 },
      complete: true,
    });
  });

  test("a path with nothing there is missing, a name with a blank is neither", async () => {
    expect(await find("./nowhere")).toMatchObject({ place: "missing" });
    expect(await find("/nowhere/at all")).toMatchObject({ place: "missing" });
    expect(await find("my model")).toMatchObject({ place: "unknown" });
    expect(await find("a/../../b")).toMatchObject({ place: "unknown" });
  });
});

describe("readJson", () => {
  test("a file beyond the limit is not read", async () => {
    const file = path.join(home, "big.json");
    await writeSized(file, JSON_LIMIT_BYTES + 1);
    expect(await readJson(file)).toMatchObject({
      found: false,
      reason: "unreadable",
      why: expect.stringContaining("more than") as string,
    });
  });

  test("a folder and an absent file are told apart", async () => {
    expect(await readJson(home)).toMatchObject({ reason: "unreadable" });
    expect(await readJson(path.join(home, "none"))).toEqual({ found: false, reason: "absent" });
    expect(await readJson(path.join(home, "none", "deeper"))).toEqual({ found: false, reason: "absent" });
  });
});

describe("asking the Hub (a server of this test speaks for it)", () => {
  let hub: Server;
  let asked: string[];
  let sentTokens: (string | undefined)[];
  let answers: Record<string, { status: number; body?: string; location?: string }>;

  beforeEach(async () => {
    [asked, sentTokens] = [[], []];
    answers = {
      "/api/models/owner/model?blobs=true": {
        status: 200,
        body: JSON.stringify({
          gated: "manual",
          siblings: [
            { rfilename: "config.json", size: 600 },
            { rfilename: "model-00001-of-00002.safetensors", size: 2000 },
            { rfilename: "model-00002-of-00002.safetensors", size: 1000 },
            { rfilename: "original/consolidated.00.pth", size: 9999 },
            { rfilename: "chat_template.jinja", size: 10 },
          ],
        }),
      },
      "/owner/model/resolve/main/config.json": { status: 307, location: "/cache/config.json" },
      "/cache/config.json": { status: 200, body: JSON.stringify(llama31_8b) },
    };
    hub = createServer((request, response) => {
      asked.push(request.url ?? "");
      sentTokens.push(request.headers.authorization);
      const answer = answers[request.url ?? ""] ?? { status: 404 };
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location });
      response.end(answer.body);
    });
    await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => hub.close(resolve));
  });

  const online = (env: Record<string, string> = {}): Partial<FindModelOptions> => {
    const { port } = hub.address() as AddressInfo;
    return { online: true, env: { HF_ENDPOINT: `http://127.0.0.1:${port}/`, ...env } };
  };

  test("tells size, gate, template and shape of a model that is not here, without a token", async () => {
    const found = await find("owner/model", online({ HF_TOKEN: "secret" }));
    expect(found).toMatchObject({
      place: "away",
      shape: { modelType: "llama" },
      weights: { bytes: 3000, source: "hub" },
      missingBytes: 3000,
      gated: true,
      existsOnHub: true,
      chatTemplate: true,
      problem: null,
    });
    expect(sentTokens).toEqual([undefined, undefined, undefined]);
  });

  test("is not done unasked, nor offline, nor for a model that is here", async () => {
    await find("owner/model", { ...online(), online: false });
    await find("owner/model", online({ HF_HUB_OFFLINE: "1" }));
    await addToCache("owner/here", { "config.json": JSON.stringify(llama31_8b), "model.safetensors": 10 });
    await find("owner/here", online());
    expect(asked).toEqual([]);
  });

  test("a repository that is not there, or private", async () => {
    expect(await find("owner/none", online())).toMatchObject({ existsOnHub: false, weights: null });
  });

  test("a gated configuration leaves the shape open", async () => {
    answers["/owner/model/resolve/main/config.json"] = { status: 401 };
    const found = await find("owner/model", online());
    expect(found).toMatchObject({ shape: null, weights: { bytes: 3000 }, gated: true });
    expect(found.problem).toContain("status 401");
  });

  test("another server is not followed to", async () => {
    answers["/owner/model/resolve/main/config.json"] = { status: 302, location: "http://127.0.0.2:1/config.json" };
    expect((await find("owner/model", online())).problem).toContain("another server");
  });

  test("an endless answer is cut off", async () => {
    answers["/api/models/owner/model?blobs=true"] = { status: 200, body: `"${"x".repeat(9 * 2 ** 20)}"` };
    expect((await find("owner/model", online())).problem).toContain("larger than");
  });

  test("nobody there, nonsense, and a wrong address are answers too", async () => {
    expect((await find("owner/model", { online: true, env: { HF_ENDPOINT: "http://127.0.0.1:1" } })).problem).toContain(
      "could not be asked",
    );
    expect((await find("owner/model", { online: true, env: { HF_ENDPOINT: "file:///etc" } })).problem).toContain(
      "HF_ENDPOINT",
    );
    answers["/api/models/owner/model?blobs=true"] = { status: 200, body: "<html>" };
    expect((await find("owner/model", online())).problem).toContain("could not be asked");
  });
});
