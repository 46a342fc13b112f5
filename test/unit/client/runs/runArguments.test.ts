import { describe, expect, it } from "vitest";
import { runArguments, serverArguments, type RunCall } from "../../../../client/src/runs/runArguments.ts";

const call: RunCall = {
  file: "/data/a.jsonl",
  endpoint: { kind: "server", url: "http://127.0.0.1:8000" },
  hasKey: false,
  model: null,
  inFlight: null,
  order: "file",
  keepEngine: false,
};

describe("the command line of a run", () => {
  it("says where, and nothing that was not chosen", () => {
    const args = ["run", "/data/a.jsonl", "--endpoint", "http://127.0.0.1:8000", "--order", "file"];
    expect(runArguments(call)).toEqual(args);
  });

  it("names the variable of the key, never the key", () => {
    expect(runArguments({ ...call, hasKey: true })).toEqual(
      expect.arrayContaining(["--api-key-env", "VLLM_BATCH_API_KEY"]),
    );
  });

  it("can lead a run that there is to another server", () => {
    expect(serverArguments("http://a.example", false)).toEqual(["--endpoint", "http://a.example"]);
    expect(serverArguments("http://a.example", true)).toEqual([
      ...["--endpoint", "http://a.example"],
      ...["--api-key-env", "VLLM_BATCH_API_KEY"],
    ]);
  });

  it("carries the settings and the model", () => {
    const args = runArguments({ ...call, model: "tiny", inFlight: 8, order: "prefix" }).join(" ");
    expect(args).toContain("--model tiny --in-flight 8 --order prefix");
  });

  it("names a profile, by its file where that belongs to a workspace, and keeps its engine only when that is set", () => {
    const endpoint = { kind: "profile", name: "night", path: null, engine: "vllm" } as const;
    expect(runArguments({ ...call, endpoint, hasKey: true })).toEqual([
      ...["run", "/data/a.jsonl", "--profile", "night"],
      ...["--order", "file"],
    ]);
    const file = "/data/.vllm-batch/profiles/night.json";
    expect(runArguments({ ...call, endpoint: { ...endpoint, path: file } })).toContain(file);
    expect(runArguments({ ...call, endpoint, keepEngine: true })).toContain("--keep-engine");
    expect(runArguments({ ...call, keepEngine: true })).not.toContain("--keep-engine");
  });

  it("simulates only when that was chosen", () => {
    expect(runArguments({ ...call, endpoint: { kind: "simulator" } })).toContain("--simulate");
    expect(runArguments(call)).not.toContain("--simulate");
  });
});
