import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseEngineProfiles } from "../../../../client/src/endpoints/engineProfile.ts";
import { engineProfiles } from "../../../../server/src/cli/verbs/engineProfiles.ts";
import { callCli } from "../../../support/cli/callCli.ts";
import { tempFolder, writeInto } from "../../../support/tempFolder.ts";

/** What the program says of these files. */
async function listed(files: Record<string, string>) {
  const root = await tempFolder();
  for (const [name, text] of Object.entries(files)) await writeInto(root, name, text);
  const world = { cwd: path.join(root, "work"), env: { VLLM_BATCH_STATE_DIR: path.join(root, "state") } };
  const { printed } = await callCli([engineProfiles], ["engine", "profiles", "--json"], world);
  return { root, ...parseEngineProfiles(printed) };
}

describe("profiles by which an engine can be started", () => {
  it("are those of the program, its own by name", async () => {
    const { profiles, faults } = await listed({});
    expect(profiles.map(({ endpoint }) => endpoint.name)).toEqual([
      ...["desktop", "throughput", "conservative", "multi-gpu", "cpu", "simulator"],
    ]);
    expect(profiles.every(({ origin, endpoint }) => origin === "builtIn" && endpoint.path === null)).toBe(true);
    expect(profiles.filter(({ endpoint }) => endpoint.engine === "simulator")).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it("of a workspace are known by their file, whatever they call themselves", async () => {
    const { root, profiles } = await listed({ "work/.vllm-batch/profiles/a.json": `{"name": "desktop"}` });
    const file = path.join(root, "work/.vllm-batch/profiles/a.json");
    const named = profiles.filter(({ endpoint }) => endpoint.name === "desktop");
    expect(named.map(({ endpoint, origin }) => [endpoint.path, origin])).toEqual([
      [null, "builtIn"],
      [file, "workspace"],
    ]);
  });

  it("of the user's own stand for the built-in ones of their name", async () => {
    const { profiles } = await listed({ "state/profiles/desktop.json": `{"engine": "simulator"}` });
    const named = profiles.filter(({ endpoint }) => endpoint.name === "desktop");
    expect(named).toEqual([
      { endpoint: { kind: "profile", name: "desktop", path: null, engine: "simulator" }, origin: "user" },
    ]);
  });

  it("that are wrong are told with their file", async () => {
    const { root, faults, profiles } = await listed({ "work/.vllm-batch/profiles/b.json": `{"hangSeconds": "long"}` });
    expect(profiles).toHaveLength(6);
    expect(faults).toEqual([
      {
        file: path.join(root, "work/.vllm-batch/profiles/b.json"),
        text: expect.stringMatching(/^hangSeconds: expected/) as string,
      },
    ]);
  });

  it.each(["", "words", "[]", `{"profiles": 3}`, `{"profiles": [{"profile": {"name": "x", "engine": "rocket"}}]}`])(
    "are none in %j",
    (json) => {
      expect(parseEngineProfiles(json)).toEqual({ profiles: [], faults: [] });
    },
  );
});
