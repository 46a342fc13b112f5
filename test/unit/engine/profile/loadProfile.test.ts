import { execFileSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { listProfiles, loadProfile, type ProfilePlaces } from "../../../../server/src/engine/profile/loadProfile.io.ts";
import { problemText } from "../../../../server/src/engine/profile/profileProblem.ts";
import { tempFolder, writeInto } from "../../../support/tempFolder.ts";

async function places(): Promise<ProfilePlaces> {
  const root = await tempFolder();
  return { cwd: path.join(root, "work"), stateFolder: path.join(root, "state") };
}

async function names(where: ProfilePlaces): Promise<string[]> {
  return (await listProfiles(where)).profiles.map(({ profile, source }) => `${source.kind} ${profile.name}`);
}

async function loaded(name: string, where: ProfilePlaces) {
  const profile = await loadProfile(name, where);
  if (Array.isArray(profile)) throw new Error(profile.map(problemText).join("\n"));
  return profile;
}

async function refusal(name: string, where: ProfilePlaces): Promise<string> {
  const profile = await loadProfile(name, where);
  return Array.isArray(profile) ? profile.map(problemText).join("\n") : "";
}

describe("the profiles that there are", () => {
  test("on a bare machine the built-in ones", async () => {
    const where = await places();
    expect(await names(where)).toHaveLength(6);
    expect(await loaded("desktop", where)).toMatchObject({ source: { kind: "builtIn" }, chosen: new Set() });
  });

  test("a workspace cannot put its own in the place of a built-in or a user's one", async () => {
    const where = await places();
    await writeInto(where.stateFolder, "profiles/cpu.json", `{"flags": {"seed": 1}}`);
    await writeInto(where.cwd, ".vllm-batch/profiles/desktop.json", `{"flags": {"trust-remote-code": true}}`);
    await writeInto(where.cwd, ".vllm-batch/profiles/night.json", `{"name": "cpu"}`);
    expect((await loaded("desktop", where)).source).toEqual({ kind: "builtIn" });
    expect(await loaded("cpu", where)).toMatchObject({ source: { kind: "user" }, profile: { flags: { seed: 1 } } });
    expect((await names(where)).filter((name) => name.startsWith("file"))).toEqual(["file cpu", "file desktop"]);
  });

  test("a profile of the workspace by its name, with its paths and what its author chose", async () => {
    const where = await places();
    const file = await writeInto(
      where.cwd,
      ".vllm-batch/profiles/night.json",
      `\uFEFF{"basedOn": "desktop", "vllm": "../../venv/bin/vllm", "flags": {"max-num-seqs": 4}}`,
    );
    expect(await loaded("night", where)).toMatchObject({
      profile: { name: "night", vllm: path.join(where.cwd, "venv/bin/vllm"), flags: { "gpu-memory-utilization": 0.7 } },
      source: { kind: "file", path: file },
      chosen: new Set(["max-num-seqs"]),
    });
  });

  test("a file by its path is foreign, unless it lies in the user's own folder; a link does not make it theirs", async () => {
    const where = await places();
    const own = await writeInto(where.stateFolder, "profiles/own.json", "{}");
    const foreign = await writeInto(where.cwd, "some.json", "{}");
    await symlink(foreign, path.join(where.stateFolder, "profiles", "linked.json"));
    expect((await loaded(own, where)).source.kind).toBe("user");
    expect((await loaded("some.json", where)).source).toEqual({ kind: "file", path: foreign });
    expect((await loaded(path.join(where.stateFolder, "profiles", "linked.json"), where)).source.kind).toBe("file");
  });

  test("what is wrong is named, and the others are still there", async () => {
    const where = await places();
    const broken = await writeInto(where.cwd, ".vllm-batch/profiles/broken.json", "{");
    const list = await listProfiles(where);
    expect(list.profiles).toHaveLength(6);
    expect(list.problems.map(({ source }) => source)).toEqual([broken]);
    expect(await refusal("broken", where)).toContain(`${broken}: it is not JSON`);
    expect(await refusal("dekstop", where)).toContain(
      'Profile "dekstop": there is no profile of this name. Did you mean desktop? There are: desktop, throughput',
    );
    expect(await refusal("none.json", where)).toBe(`${path.join(where.cwd, "none.json")}: there is no such file.`);
  });

  test("a pipe or a huge file in the place of a profile does not hold anything up", async () => {
    const where = await places();
    await writeInto(where.cwd, "big.json", " ".repeat(1024 * 1024 + 1));
    execFileSync("mkfifo", [path.join(where.cwd, "pipe.json")]);
    expect(await refusal("pipe.json", where)).toContain("it is not a file.");
    expect(await refusal("big.json", where)).toContain("expected at most 1 MiB");
  });
});
