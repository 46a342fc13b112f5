import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findInstallations } from "../../../../server/src/engine/find/findInstallations.io.ts";
import { noInstallation, type Installation } from "../../../../server/src/engine/find/installation.ts";
import { probeInstallation } from "../../../../server/src/engine/find/probeInstallation.io.ts";
import { serveHelp } from "../../../support/engine/serveHelp.ts";
import { tempFolder, writeInto } from "../../../support/tempFolder.ts";

/** An environment with a program in the place of vllm, which notes down its calls in `calls`. */
async function environment(folder: string, script: string, version: string | null = "0.32.0"): Promise<string> {
  const calls = path.join(folder, "calls");
  const program = await writeInto(folder, "bin/vllm", `#!/bin/sh\necho "$@" >> "${calls}"\n${script}\n`, 0o755);
  if (version !== null)
    await mkdir(path.join(folder, `lib/python3.12/site-packages/vllm-${version}.dist-info`), { recursive: true });
  return program;
}

const helpScript = (flags: readonly string[] = []) => `cat <<'EOF'\n${serveHelp(flags)}\nEOF`;

async function find(cwd: string, home: string, env: Record<string, string>, workspaceTrusted = true) {
  return await findInstallations({ cwd, home, env, workspaceTrusted, platform: "linux" });
}

async function callsOf(folder: string): Promise<string[]> {
  return (await readFile(path.join(folder, "calls"), "utf8").catch(() => "")).trim().split("\n").filter(Boolean);
}

describe("finding vllm", () => {
  test("tells path, version and how, and starts nothing", async () => {
    const root = await tempFolder();
    const program = await environment(path.join(root, "venv"), "exit 1");
    const [found, ...others] = await find(path.join(root, "work"), root, { VIRTUAL_ENV: path.join(root, "venv") });
    expect(found).toEqual({ path: program, version: "0.32.0", flags: null, how: "active" });
    expect(others).toEqual([]);
    expect(existsSync(path.join(root, "venv", "calls"))).toBe(false);
  });

  test("one program with two names is found once, a folder or a text of that name never", async () => {
    const root = await tempFolder();
    await environment(path.join(root, "a"), "exit 1", null);
    await mkdir(path.join(root, "b", "vllm"), { recursive: true });
    await writeInto(root, "c/vllm", "not for starting", 0o644);
    await mkdir(path.join(root, "d"));
    await symlink(path.join(root, "a/bin/vllm"), path.join(root, "d/vllm"));
    const PATH = ["b", "c", "a/bin", "d"].map((name) => path.join(root, name)).join(":");
    const found = await find(path.join(root, "work"), root, { PATH });
    expect(found.map(({ path: file, version }) => [file, version])).toEqual([[path.join(root, "a/bin/vllm"), null]]);
  });

  test("a link on the PATH into the workspace is the workspace's, and nothing when that is not trusted", async () => {
    const root = await tempFolder();
    const work = path.join(root, "work");
    await environment(path.join(work, "tools"), "exit 1");
    await mkdir(path.join(root, "bin"));
    await symlink(path.join(work, "tools/bin/vllm"), path.join(root, "bin/vllm"));
    const env = { PATH: path.join(root, "bin") };
    expect((await find(work, root, env)).map(({ how }) => how)).toEqual(["workspace"]);
    expect(await find(work, root, env, false)).toEqual([]);
    const named = { VLLM_BATCH_VLLM: path.join(work, "tools/bin/vllm") };
    expect((await find(work, root, named, false)).map(({ how }) => how)).toEqual(["variable"]);
  });

  test("the version behind a script elsewhere comes from beside its interpreter", async () => {
    const root = await tempFolder();
    await mkdir(path.join(root, "py/lib/python3.12/site-packages/vllm-0.20.1.dist-info"), { recursive: true });
    await writeInto(root, "bin/vllm", `#!${root}/py/bin/python3\n`, 0o755);
    const [found] = await find(path.join(root, "work"), root, { PATH: path.join(root, "bin") });
    expect(found?.version).toBe("0.20.1");
  });

  test("conda's list is read, and environments inside the usual folders", async () => {
    const root = await tempFolder();
    await environment(path.join(root, "far"), "exit 1");
    await environment(path.join(root, "miniforge3/envs/llm"), "exit 1", "0.31.0");
    await writeInto(root, ".conda/environments.txt", `${root}/gone\n${root}/far\n`);
    const found = await find(path.join(root, "work"), root, {});
    expect(found.map(({ version, how }) => `${how} ${version}`)).toEqual(["conda 0.32.0", "conda 0.31.0"]);
  });

  test("where there is none, the advice fits the system", () => {
    expect(noInstallation("win32")).toContain("WSL");
    expect(noInstallation("linux")).toContain("VLLM_BATCH_VLLM");
  });
});

describe("asking vllm for its flags", () => {
  const installed = (program: string): Installation => ({ path: program, version: null, flags: null, how: "path" });
  const probe = async (program: string, cacheFolder: string, timeoutMs?: number) => {
    const env = { PATH: process.env["PATH"], VLLM_BATCH_SECRET: "x" };
    return await probeInstallation(installed(program), {
      cacheFolder,
      env,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  };

  test("the answer is kept until the script or the version changes", async () => {
    const root = await tempFolder();
    const cache = path.join(root, "cache");
    const program = await environment(root, helpScript(["uds"]));
    const first = await probe(program, cache);
    expect([first.version, first.flags?.has("uds")]).toEqual(["0.32.0", true]);
    expect((await probe(program, cache)).flags).toEqual(first.flags);
    expect(await callsOf(root)).toEqual(["serve --help=all"]);
    await utimes(program, new Date(), new Date(Date.now() + 5000));
    await probe(program, cache);
    expect(await callsOf(root)).toHaveLength(2);
    await mkdir(path.join(root, "lib/python3.12/site-packages/vllm-0.31.0.dist-info"));
    expect((await probe(program, cache)).version).toBe("0.31.0");
    expect(await callsOf(root)).toHaveLength(3);
  });

  test("without a version nothing is kept, and a broken cache is as none", async () => {
    const root = await tempFolder();
    const cache = path.join(root, "cache");
    const program = await environment(root, helpScript(), null);
    await probe(program, cache);
    expect(existsSync(cache)).toBe(false);
    await mkdir(path.join(root, "lib/python3.12/site-packages/vllm-0.31.0.dist-info"), { recursive: true });
    await probe(program, cache);
    const { readdir } = await import("node:fs/promises");
    const [file = ""] = await readdir(cache);
    await writeFile(path.join(cache, file), "{ half");
    expect((await probe(program, cache)).flags?.has("max-model-len")).toBe(true);
  });

  test("an older version, which only knows --help, is asked that way", async () => {
    const root = await tempFolder();
    const program = await environment(
      root,
      `[ "$2" = --help ] || { echo "error: ignored explicit argument" >&2; exit 2; }\n${helpScript()}`,
    );
    expect((await probe(program, path.join(root, "cache"))).flags?.has("max-model-len")).toBe(true);
  });

  test("one that fails, hangs or is gone leaves the flags unknown, and that is not kept", async () => {
    const root = await tempFolder();
    const failing = await environment(path.join(root, "failing"), "exit 1");
    expect((await probe(failing, path.join(root, "cache"))).flags).toBeNull();
    const hanging = await environment(path.join(root, "hanging"), "exec sleep 60");
    expect((await probe(hanging, path.join(root, "cache"), 300)).flags).toBeNull();
    expect((await probe(path.join(root, "gone/vllm"), path.join(root, "cache"))).flags).toBeNull();
    expect(existsSync(path.join(root, "cache"))).toBe(false);
  });

  test("it gets none of our own settings, and does not run in the workspace", async () => {
    const root = await tempFolder();
    const program = await environment(root, `env > "${root}/env"; pwd > "${root}/pwd"\n${helpScript()}`);
    await probe(program, path.join(root, "cache"));
    expect(await readFile(path.join(root, "env"), "utf8")).not.toContain("VLLM_BATCH_");
    expect((await readFile(path.join(root, "pwd"), "utf8")).trim()).toBe(path.join(root, "bin"));
  });
});
