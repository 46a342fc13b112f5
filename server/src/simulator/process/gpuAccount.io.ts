import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { errorCodeOf, property } from "../../util/unknown.ts";

interface Holder {
  pid: number;
  gib: number;
}

/**
 * Who holds how much of the simulated GPU: a file that the processes of one simulated machine share. Processes that are
 * gone hold nothing, however they went, as with a real driver. Good for one start at a time, like a real GPU.
 */
export class GpuAccount {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** What living processes hold together (GiB). */
  heldGib(): number {
    return this.#living().reduce((sum, holder) => sum + holder.gib, 0);
  }

  claim(pid: number, gib: number): void {
    this.#write([...this.#living().filter((holder) => holder.pid !== pid), { pid, gib }]);
  }

  release(pid: number): void {
    this.#write(this.#living().filter((holder) => holder.pid !== pid));
  }

  #living(): Holder[] {
    if (this.#path === undefined) return [];
    return readHolders(this.#path).filter((holder) => isAlive(holder.pid));
  }

  #write(holders: readonly Holder[]): void {
    if (this.#path === undefined) return;
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify({ holders })}\n`);
    renameSync(temporary, this.#path);
  }
}

function readHolders(path: string): Holder[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  }
  const holders = property(JSON.parse(text), "holders");
  if (!Array.isArray(holders)) return [];
  return holders.flatMap((holder: unknown) => {
    const pid = property(holder, "pid");
    const gib = property(holder, "gib");
    return typeof pid === "number" && typeof gib === "number" ? [{ pid, gib }] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return errorCodeOf(error) === "EPERM";
  }
}

/** Dead, but nobody has asked how it died: it answers signals and holds nothing. Only Linux says so. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ESRCH") return false;
    throw error;
  }
}
