import type { GpuSample } from "./reading.ts";

/** What one GPU did in one bucket of time. null: not told. */
export interface GpuPoint {
  /** Where the bucket begins, in milliseconds since 1970. */
  at: number;
  /** The highest within the bucket: peaks are what breaks things. */
  usedMiB: number | null;
  temperatureC: number | null;
  /** The mean over the bucket. */
  utilizationPercent: number | null;
  powerW: number | null;
}

interface Bucket {
  at: number;
  usedMiB: number | null;
  temperatureC: number | null;
  utilization: Mean;
  power: Mean;
}

interface Mean {
  sum: number;
  count: number;
}

/** The newest buckets of a GPU's life; older ones fall out. */
export class SampleRing {
  readonly #bucketMs: number;
  readonly #capacity: number;
  readonly #buckets: Bucket[] = [];

  constructor({ bucketMs, capacity }: { bucketMs: number; capacity: number }) {
    this.#bucketMs = bucketMs;
    this.#capacity = capacity;
  }

  /** @param at milliseconds since 1970. When the clock was set back, what lies after it is forgotten. */
  add(at: number, sample: GpuSample): void {
    const begin = Math.floor(at / this.#bucketMs) * this.#bucketMs;
    while ((this.#buckets.at(-1)?.at ?? -Infinity) > begin) this.#buckets.pop();
    const bucket = this.#bucketAt(begin);
    bucket.usedMiB = higher(bucket.usedMiB, sample.usedMiB);
    bucket.temperatureC = higher(bucket.temperatureC, sample.temperatureC);
    count(bucket.utilization, sample.utilizationPercent);
    count(bucket.power, sample.powerW);
  }

  /** Oldest first. */
  points(): GpuPoint[] {
    return this.#buckets.map(({ at, usedMiB, temperatureC, utilization, power }) => ({
      ...{ at, usedMiB, temperatureC },
      utilizationPercent: meanOf(utilization),
      powerW: meanOf(power),
    }));
  }

  #bucketAt(at: number): Bucket {
    const last = this.#buckets.at(-1);
    if (last?.at === at) return last;
    const bucket = {
      ...{ at, usedMiB: null, temperatureC: null },
      utilization: { sum: 0, count: 0 },
      power: { sum: 0, count: 0 },
    };
    this.#buckets.push(bucket);
    if (this.#buckets.length > this.#capacity) this.#buckets.shift();
    return bucket;
  }
}

function higher(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function count(mean: Mean, value: number | null): void {
  if (value === null) return;
  mean.sum += value;
  mean.count += 1;
}

function meanOf({ sum, count: times }: Mean): number | null {
  return times === 0 ? null : sum / times;
}
