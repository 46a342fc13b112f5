import { once } from "node:events";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import type { FailureCase } from "./failureCase.ts";
import { fromPlayedHub } from "./hubCases.ts";
import { serveRepository } from "./playedRepository.ts";

/** Runs a command in a mount namespace of its own, with a small file system at its first argument. */
const smallDisk = (folder: string, size: string) => [
  "unshare",
  "-m",
  "sh",
  "-c",
  'mount -t tmpfs -o "size=$2" tmpfs "$1" && shift 2 && exec "$@"',
  "sh",
  folder,
  size,
];

const cgroup = "/sys/fs/cgroup/memory/vllm-batch-failures";

/** A machine that lacks something: memory, disk, a free port. Some need root: `unshare`, `mount`, a cgroup (v1). */
export const hostCases: readonly FailureCase[] = [
  {
    name: "port-in-use",
    cause: "port_in_use",
    phase: "start",
    facts: { port: /'port': (\d+)/, errno: 98 },
    remedy: "Another program listens on the port: choose another --port",
    prepare: async ({ port }) => {
      const other = createServer().listen(port, "127.0.0.1");
      await once(other, "listening");
      return {
        dispose: async () => {
          other.close();
          await once(other, "close");
        },
      };
    },
  },
  {
    name: "kv-cache-bytes-below-length",
    cause: "kv_cache_too_small_for_max_len",
    phase: "start",
    facts: {
      maxModelLen: 2048,
      neededGiB: /\(([\d.]+) GiB KV cache is needed/,
      availableGiB: /available KV cache memory \(([\d.]+) GiB\)/,
      estimatedMaxLen: /estimated maximum model length is (\d+)/,
    },
    remedy: "--max-model-len as vLLM estimates it, or more --kv-cache-memory-bytes",
    prepare: ({ installed }) => ({
      model: installed.models.work,
      flags: { "kv-cache-memory-bytes": "4M", "max-model-len": 2048 },
      // It would win over the flag (vLLM 0.32.0, platforms/cpu.py).
      env: { VLLM_CPU_KVCACHE_SPACE: null },
    }),
  },
  {
    name: "kv-cache-blocks-below-length",
    cause: "kv_cache_too_small_for_max_len",
    phase: "start",
    facts: { maxModelLen: 512, estimatedMaxLen: /estimated maximum model length is (\d+)/ },
    remedy: "--max-model-len as vLLM estimates it; take --num-gpu-blocks-override away",
    prepare: () => ({ flags: { "num-gpu-blocks-override": 2 } }),
  },
  {
    name: "no-kv-cache",
    cause: "no_kv_cache_memory",
    phase: "start",
    remedy: "Not one block fits: more --kv-cache-memory-bytes",
    prepare: () => ({ flags: { "kv-cache-memory-bytes": 1024 }, env: { VLLM_CPU_KVCACHE_SPACE: null } }),
  },
  {
    name: "no-kv-cache-for-an-automatic-length",
    cause: "no_kv_cache_memory",
    phase: "start",
    remedy: "Not one token fits: more --kv-cache-memory-bytes",
    alsoAccept: ["kv_cache_too_small_for_max_len"],
    prepare: () => ({
      flags: { "kv-cache-memory-bytes": 1024, "max-model-len": -1 },
      env: { VLLM_CPU_KVCACHE_SPACE: null },
    }),
  },
  {
    name: "memory-share-above-free",
    cause: "gpu_memory_occupied",
    phase: "start",
    facts: {
      device: "cpu",
      freeGiB: /\(([\d.]+)\/[\d.]+ GiB\) on startup/,
      totalGiB: /\([\d.]+\/([\d.]+) GiB\) on startup/,
      wantedUtilization: /utilization \(([\d.]+),/,
      wantedGiB: /utilization \([\d.]+, ([\d.]+) GiB\)/,
    },
    remedy:
      "On a CPU the share is one of the machine's memory: --kv-cache-memory-bytes 1G, or a lower --gpu-memory-utilization",
    tricky: "CPU build: host memory, not a GPU, and the flag name is misleading",
    prepare: () => ({ flags: { "gpu-memory-utilization": 1 }, env: { VLLM_CPU_KVCACHE_SPACE: null } }),
  },
  {
    name: "kv-cache-above-memory",
    cause: "gpu_memory_occupied",
    phase: "start",
    remedy: "The machine has no 4000 GiB: a smaller VLLM_CPU_KVCACHE_SPACE",
    alsoAccept: ["gpu_oom_runtime", "host_oom_killed"],
    prepare: () => ({ env: { VLLM_CPU_KVCACHE_SPACE: "4000" } }),
  },
  {
    name: "killed-by-the-kernel-out-of-memory",
    cause: "host_oom_killed",
    phase: "start",
    remedy: "The machine's memory ran out and the kernel killed a process: a smaller KV cache, more memory",
    tricky: "the kernel's own words are not in the log",
    prepare: async () => {
      await mkdir(cgroup, { recursive: true });
      await writeFile(path.join(cgroup, "memory.limit_in_bytes"), "1400M");
      return {
        wrapper: ["sh", "-c", `echo $$ > ${cgroup}/cgroup.procs && exec "$@"`, "sh"],
        dispose: () => rmdir(cgroup),
      };
    },
  },
  {
    name: "disk-full-while-downloading",
    cause: "disk_full",
    phase: "start",
    facts: { errno: 28 },
    remedy: "The disk of the model cache is full: make room, or set HF_HOME to another one",
    prepare: async ({ folder, installed }) => {
      const launch = await fromPlayedHub(folder, await serveRepository(installed.models.tiny, { weightsMiB: 8 }));
      return { ...launch, wrapper: smallDisk(folder, "1m"), flags: { "load-format": "auto" } };
    },
  },
  {
    name: "disk-full-compile-cache",
    cause: "disk_full",
    phase: "start",
    facts: { errno: 28 },
    remedy: "The disk of the compile cache is full: set VLLM_CACHE_ROOT to another one",
    prepare: ({ folder }) => {
      const env = { TMPDIR: folder, VLLM_CACHE_ROOT: folder, TORCHINDUCTOR_CACHE_DIR: folder };
      return { wrapper: smallDisk(folder, "256k"), env, flags: { "enforce-eager": false } };
    },
  },
  {
    name: "shared-memory-too-small",
    cause: "nccl_error",
    phase: "start",
    remedy: "/dev/shm is too small: start the container with --ipc=host or a larger --shm-size",
    alsoAccept: ["disk_full", "worker_died"],
    tricky: "No space left on device, and the device is /dev/shm",
    prepare: () => ({ wrapper: smallDisk("/dev/shm", "64k") }),
  },
  {
    name: "network-interface-unknown",
    cause: "nccl_error",
    phase: "start",
    remedy: "GLOO_SOCKET_IFNAME names an interface that is not there",
    alsoAccept: ["unknown", "bad_flag"],
    prepare: () => ({ env: { GLOO_SOCKET_IFNAME: "ib7" } }),
  },
];
