import { describe, expect, test } from "vitest";
import { candidatePaths, isInside, type SearchPlaces } from "../../../../server/src/engine/find/candidates.ts";

const nowhere: SearchPlaces = {
  named: null,
  env: {},
  platform: "linux",
  home: "/home/me",
  cwd: "/work",
  workspaceTrusted: true,
  condaEnvironments: "",
  condaFolders: [],
};

describe("where vllm may be", () => {
  test("the order: active, workspace, PATH, conda, uv, pipx", () => {
    const found = candidatePaths({
      ...nowhere,
      env: { VIRTUAL_ENV: "/venvs/a", CONDA_PREFIX: "/conda/c", PATH: "/usr/bin:/opt/bin" },
      condaEnvironments: "/conda/c\r\n\n/conda/d\n",
      condaFolders: ["/home/me/miniconda3/envs/x"],
    });
    const order = found.map(({ path, how }) => `${how} ${path}`);
    expect(
      order.filter((line) => !line.includes("3/bin") && !line.includes("forge") && !line.includes("micro")),
    ).toEqual([
      "active /venvs/a/bin/vllm",
      "active /conda/c/bin/vllm",
      "workspace /work/.venv/bin/vllm",
      "workspace /work/venv/bin/vllm",
      "workspace /work/env/bin/vllm",
      "path /usr/bin/vllm",
      "path /opt/bin/vllm",
      "conda /conda/d/bin/vllm",
      "conda /home/me/miniconda3/envs/x/bin/vllm",
      "uv /home/me/.local/share/uv/tools/vllm/bin/vllm",
      "pipx /home/me/.local/share/pipx/venvs/vllm/bin/vllm",
    ]);
    expect(order).toContain("conda /home/me/miniforge3/bin/vllm");
  });

  test("one that a person names stands alone, a profile's before the variable", () => {
    const env = { VLLM_BATCH_VLLM: "/mine/vllm", PATH: "/usr/bin" };
    expect(candidatePaths({ ...nowhere, env })).toEqual([{ path: "/mine/vllm", how: "variable" }]);
    const named = { path: "/theirs/vllm", how: "profile" } as const;
    expect(candidatePaths({ ...nowhere, env, named })).toEqual([named]);
  });

  test("what lies in the workspace counts as the workspace's, whichever list names it", () => {
    const env = { VIRTUAL_ENV: "/work/sub/e", PATH: "/work/tools:/usr/bin" };
    const found = candidatePaths({ ...nowhere, env });
    expect(found.filter(({ how }) => how === "workspace").map(({ path }) => path)).toEqual([
      "/work/sub/e/bin/vllm",
      "/work/.venv/bin/vllm",
      "/work/venv/bin/vllm",
      "/work/env/bin/vllm",
      "/work/tools/vllm",
    ]);
    expect(
      candidatePaths({ ...nowhere, env, workspaceTrusted: false }).every(({ path }) => !isInside(path, "/work")),
    ).toBe(true);
  });

  test("relative folders on the PATH are no places, and there are none on Windows", () => {
    const env = { PATH: ".:bin::/usr/bin" };
    const inPath = candidatePaths({ ...nowhere, env }).filter(({ how }) => how === "path");
    expect(inPath).toEqual([{ path: "/usr/bin/vllm", how: "path" }]);
    expect(candidatePaths({ ...nowhere, env, platform: "win32" })).toEqual([]);
  });

  test("uv's folder can be moved", () => {
    const at = (env: Record<string, string>) =>
      candidatePaths({ ...nowhere, env }).find(({ how }) => how === "uv")?.path;
    expect(at({ XDG_DATA_HOME: "/data" })).toBe("/data/uv/tools/vllm/bin/vllm");
    expect(at({ UV_TOOL_DIR: "/tools" })).toBe("/tools/vllm/bin/vllm");
  });

  test.each([
    ["/work/a", "/work", true],
    ["/work", "/work", false],
    ["/working/a", "/work", false],
    ["/work/..a", "/work", true],
    ["/a", "/work", false],
  ])("%s inside %s: %s", (file, folder, inside) => {
    expect(isInside(file, folder)).toBe(inside);
  });
});
