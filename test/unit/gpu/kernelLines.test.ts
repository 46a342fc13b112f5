import { describe, expect, test } from "vitest";
import { tellingKernelLines } from "../../../server/src/gpu/kernelLines.ts";

const since = new Date("2026-11-21T22:27:00.500Z");
const telling = [
  "2026-11-21T23:27:04+0100 box kernel: VLLM::EngineCor invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
  "2026-11-21T23:27:04+0100 box kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,task=VLLM::EngineCor,pid=4711,uid=1000",
  "2026-11-21T23:27:05+0100 box kernel: Out of memory: Killed process 4711 (VLLM::EngineCor) total-vm:71203948kB, anon-rss:60123456kB",
  "2026-11-21T23:27:05+0100 box kernel: Memory cgroup out of memory: Killed process 4711 (python3) total-vm:71203948kB",
  "2026-11-21T22:27:04,123456+00:00 NVRM: Xid (PCI:0000:01:00): 79, pid=4711, name=python3, GPU has fallen off the bus.",
];

describe("the kernel's log", () => {
  test("is reduced to the OOM killer and Xid", () => {
    const noise = ["2026-11-21T23:27:04+0100 box kernel: usb 1-2: new device", "NVRM: loading NVIDIA UNIX x86_64"];
    expect(tellingKernelLines([...noise, ...telling], since)).toEqual(telling);
  });

  test("is read from a moment on, in every spelling of the time zone", () => {
    const old = telling.map((line) => line.replace("T23:27", "T23:26").replace("T22:27", "T22:26"));
    expect(tellingKernelLines(old, since)).toEqual([]);
    expect(tellingKernelLines(["2026-11-21T22:27:00+00:00 NVRM: Xid (PCI:0000:01:00): 31"], since)).toHaveLength(1);
  });

  test("gives lines without a time, for then nobody knows", () => {
    expect(tellingKernelLines(["NVRM: Xid (PCI:0000:01:00): 31, pid=1"], since)).toHaveLength(1);
  });

  test("is cut to the newest 200 lines, each to 600 characters", () => {
    const flood = Array.from({ length: 1_000 }, (_, number) => `NVRM: Xid ${number} ${"x".repeat(5_000)}`);
    const kept = tellingKernelLines(flood, since);
    expect(kept).toHaveLength(200);
    expect(kept.at(-1)).toMatch(/^NVRM: Xid 999 x{500}/);
    expect(Math.max(...kept.map((line) => line.length))).toBe(600);
  });
});
