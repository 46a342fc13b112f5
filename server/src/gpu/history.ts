import type { GpuReading, GpuSample } from "./reading.ts";
import { SampleRing, type GpuPoint } from "./sampleRing.ts";

const FINE = { bucketMs: 1_000, capacity: 600 };
const COARSE = { bucketMs: 10_000, capacity: 2_160 };
/** More than any machine has; a driver that makes up new names at each reading must not fill the memory. */
const MOST_GPUS = 64;
const MOST_FAULTS = 200;

/** A fault that began, or (null) that was over. */
export interface FaultChange {
  /** Milliseconds since 1970. */
  at: number;
  fault: string | null;
}

interface Series {
  name: string;
  fine: SampleRing;
  coarse: SampleRing;
}

/** What the GPUs did: each second of the last 10 minutes, each 10 seconds of the last 6 hours. Bounded memory. */
export class GpuHistory {
  readonly #series = new Map<string, Series>();
  #faults: FaultChange[] = [];

  /** A reading whose time cannot be read is left out. */
  add(reading: GpuReading): void {
    const at = Date.parse(reading.at);
    if (Number.isNaN(at)) return;
    this.#noteFault(at, reading.fault);
    for (const gpu of reading.gpus) {
      const series = this.#seriesOf(gpu);
      series.fine.add(at, gpu);
      series.coarse.add(at, gpu);
    }
  }

  /** The GPUs that were ever seen, in the order in which they were. */
  gpus(): { uuid: string; name: string }[] {
    return [...this.#series].map(([uuid, { name }]) => ({ uuid, name }));
  }

  /** Oldest first: what is older than 10 minutes with 10 seconds to the point, the rest with one. */
  points(uuid: string, since = -Infinity): GpuPoint[] {
    const series = this.#series.get(uuid);
    if (series === undefined) return [];
    const fine = series.fine.points();
    const begin = fine[0]?.at ?? Infinity;
    const older = series.coarse.points().filter((point) => point.at + COARSE.bucketMs <= begin);
    return [...older, ...fine].filter((point) => point.at >= since);
  }

  /** The newest changes, oldest first. */
  faults(): readonly FaultChange[] {
    return this.#faults;
  }

  #noteFault(at: number, fault: string | null): void {
    const last = this.#faults.at(-1)?.fault ?? null;
    if (fault === last) return;
    this.#faults = [...this.#faults, { at, fault }].slice(-MOST_FAULTS);
  }

  #seriesOf({ uuid, name }: GpuSample): Series {
    const known = this.#series.get(uuid);
    if (known !== undefined) return known;
    const [oldest] = this.#series.keys();
    if (oldest !== undefined && this.#series.size >= MOST_GPUS) this.#series.delete(oldest);
    const series = { name, fine: new SampleRing(FINE), coarse: new SampleRing(COARSE) };
    this.#series.set(uuid, series);
    return series;
  }
}
