/** What is there on this machine for running a batch, in words, and what to do about what is not. */
import type { FoundServer } from "../../engine/attach/io/findServers.io.ts";
import { serverTitle } from "../../engine/attach/serverFacts.ts";
import type { GpuSample } from "../../gpu/reading.ts";

/** null in any of these: not found, or it did not answer. */
export interface MachineFacts {
  node: string;
  python: string | null;
  vllm: { path: string; version: string | null } | null;
  gpus: readonly GpuFacts[];
  /** What is wrong with a GPU or its driver, in words. */
  gpuFault: string | null;
  endpoints: readonly FoundServer[];
  disk: { folder: string; freeBytes: number } | null;
}

export type GpuFacts = Pick<GpuSample, "name" | "driver" | "totalMiB" | "freeMiB" | "computeCapability">;

export interface DoctorCheck {
  name: string;
  status: "ok" | "warning" | "missing";
  detail: string;
  /** What to do, null when there is nothing to do. */
  next: string | null;
}

const GIB = 1024 ** 3;

/** The oldest GPU that vLLM's own wheels are built for (vLLM 0.2x and later: compute capability 7.5). */
const OLDEST_CAPABILITY = 7.5;

export function judgeMachine(facts: MachineFacts): DoctorCheck[] {
  return [
    { name: "Node", status: "ok", detail: facts.node, next: null },
    judgePython(facts.python),
    judgeVllm(facts),
    judgeGpus(facts),
    ...judgeEndpoints(facts),
    judgeDisk(facts.disk),
  ];
}

/** Whether a batch can be run for real, here and now or after starting vLLM. */
export function canRun(facts: MachineFacts): boolean {
  return facts.vllm !== null || facts.endpoints.some((endpoint) => !endpoint.simulated);
}

function judgePython(python: string | null): DoctorCheck {
  return python === null
    ? {
        name: "Python",
        status: "missing",
        detail: "no python3 on the PATH",
        next: "Only needed to install vLLM here: install Python 3.10 to 3.13.",
      }
    : { name: "Python", status: "ok", detail: python, next: null };
}

function judgeVllm({ vllm, endpoints }: MachineFacts): DoctorCheck {
  if (vllm === null) {
    const elsewhere = endpoints.length > 0;
    return {
      name: "vLLM",
      status: elsewhere ? "warning" : "missing",
      detail: "no vllm found (environments of this folder and shell, PATH, conda, uv, pipx)",
      next: elsewhere
        ? "Not needed as long as you run against an endpoint (see below)."
        : "Install it (pip install vllm, needs an NVIDIA GPU), activate the environment it is in, or run against a server elsewhere with --endpoint.",
    };
  }
  if (vllm.version === null) {
    return {
      name: "vLLM",
      status: "warning",
      detail: `${vllm.path}, version unknown`,
      next: `See what it says: ${vllm.path} --version`,
    };
  }
  return { name: "vLLM", status: "ok", detail: `${vllm.version} (${vllm.path})`, next: null };
}

function judgeGpus({ gpus, gpuFault }: MachineFacts): DoctorCheck {
  const detail = gpus.map(describeGpu).join("; ");
  if (gpuFault !== null) {
    return { name: "GPU", status: "warning", detail: detail === "" ? "none that works" : detail, next: gpuFault };
  }
  if (gpus.length === 0) {
    return {
      name: "GPU",
      status: "warning",
      detail: "no GPU seen (there is no nvidia-smi, rocm-smi or amd-smi on the PATH)",
      next: "Fine for checking files and for a server elsewhere. To run vLLM here, install the NVIDIA driver.",
    };
  }
  const old = gpus.find((gpu) => gpu.computeCapability !== null && Number(gpu.computeCapability) < OLDEST_CAPABILITY);
  if (old === undefined) return { name: "GPU", status: "ok", detail, next: null };
  return {
    name: "GPU",
    status: "warning",
    detail,
    next: `vLLM's wheels do not run on the ${old.name} (compute capability ${old.computeCapability ?? "unknown"}, at least 7.5 is needed). Run the same file on Ollama: --endpoint http://127.0.0.1:11434`,
  };
}

function describeGpu({ name, driver, totalMiB, freeMiB }: GpuFacts): string {
  const memory =
    totalMiB === null || freeMiB === null ? "memory not told" : `${gib(freeMiB)} of ${gib(totalMiB)} GiB free`;
  return `${name}, ${memory}${driver === null ? "" : `, driver ${driver}`}`;
}

function gib(mebibytes: number): string {
  return (mebibytes / 1024).toFixed(1);
}

function judgeEndpoints({ endpoints }: MachineFacts): DoctorCheck[] {
  if (endpoints.length === 0) {
    return [
      {
        name: "Endpoint",
        status: "warning",
        detail: "nothing answers on the usual ports of this machine",
        next: "Start one: vllm serve MODEL. Or try the simulator (no real answers): vllm-batch run FILE --simulate",
      },
    ];
  }
  return endpoints.map((endpoint) => {
    const models = endpoint.models ?? [];
    return {
      name: "Endpoint",
      status: "ok",
      detail: `${endpoint.url}: ${serverTitle(endpoint)}, serves ${models.length === 0 ? "no model" : listed(models)}`,
      next: `vllm-batch run FILE --endpoint ${endpoint.url}`,
    };
  });
}

function listed(models: readonly string[]): string {
  const shown = models.slice(0, 3).join(", ");
  return models.length > 3 ? `${shown} and ${models.length - 3} more` : shown;
}

function judgeDisk(disk: MachineFacts["disk"]): DoctorCheck {
  if (disk === null) {
    return { name: "Disk", status: "warning", detail: "the free space could not be read", next: null };
  }
  const detail = `${(disk.freeBytes / GIB).toFixed(1)} GiB free in ${disk.folder}`;
  return disk.freeBytes < GIB
    ? { name: "Disk", status: "warning", detail, next: "Answers are saved here: make room before a long run." }
    : { name: "Disk", status: "ok", detail, next: null };
}
