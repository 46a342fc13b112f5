/** One GPU at one moment, as people are shown it. null: its tool does not say. */
export interface GpuFigures {
  /** The number by which its tool knows it. */
  index: number;
  usedMiB: number | null;
  totalMiB: number | null;
  utilizationPercent: number | null;
  temperatureC: number | null;
  powerW: number | null;
}

/** The GPUs of the machine while an engine runs on it. */
export interface GpuNow {
  gpus: readonly GpuFigures[];
  /** What is wrong with a GPU, its driver or the tool, in whole sentences; null: nothing. */
  fault: string | null;
}
