/** What is known of one GPU at one moment. null: the tool does not say (`[N/A]`). */
export interface GpuSample {
  /** The number by which the tool knows it; on NVIDIA in the order of the PCI bus. */
  index: number;
  uuid: string;
  name: string;
  driver: string | null;
  /** Memory in MiB. On a GPU that shares the machine's memory (GB10, Apple) some or all of these are null. */
  totalMiB: number | null;
  usedMiB: number | null;
  freeMiB: number | null;
  utilizationPercent: number | null;
  temperatureC: number | null;
  powerW: number | null;
  powerLimitW: number | null;
  /** As NVIDIA writes it, such as `8.9`; null elsewhere, and with drivers that do not know the field (470). */
  computeCapability: string | null;
}

export type GpuTool = "nvidia-smi" | "rocm-smi" | "amd-smi" | "ioreg";

/** All GPUs of this machine at one moment. None, without a fault, is a normal case. */
export interface GpuReading {
  /** ISO 8601. */
  at: string;
  gpus: GpuSample[];
  /** What is wrong with a GPU, its driver or the tool, in plain words; null: nothing. */
  fault: string | null;
  /** What was asked; null: this machine has no such tool. */
  tool: GpuTool | null;
}

/** A reading before it is given its time. */
export type GpuFindings = Pick<GpuReading, "gpus" | "fault">;
