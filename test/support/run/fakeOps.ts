import type { FileFacts, FileOps } from "../../../server/src/run/io/fileOps.io.ts";

/** A disk in memory that notes every call in its order, and fails where it is told to. */
export class FakeOps implements FileOps {
  readonly calls: string[] = [];
  readonly contents = new Map<string, Buffer>();
  /** Syncs that have begun and wait for the test. */
  readonly pendingSyncs: ((error: Error | null) => void)[] = [];
  /** Bytes that the disk still takes. */
  free = Number.POSITIVE_INFINITY;
  /** At most so many bytes per write. */
  longestWrite = Number.POSITIVE_INFINITY;
  readonly removed = new Set<string>();
  readonly #paths: string[] = [];
  readonly #inodes = new Map<string, number>();

  openSync(path: string): number {
    if (!this.contents.has(path)) this.contents.set(path, Buffer.alloc(0));
    this.#inodes.set(path, this.#inodes.get(path) ?? this.#inodes.size + 1);
    return this.#paths.push(path) - 1;
  }

  closeSync(fd: number): void {
    this.calls.push(`close ${this.#name(fd)}`);
  }

  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const taken = Math.min(length, this.longestWrite, this.free);
    if (taken === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    this.free -= taken;
    const path = this.#path(fd);
    this.contents.set(path, Buffer.concat([this.#content(path), buffer.subarray(offset, offset + taken)]));
    this.calls.push(`write ${this.#name(fd)}`);
    return taken;
  }

  ftruncateSync(fd: number, length: number): void {
    const path = this.#path(fd);
    this.free += this.#content(path).length - length;
    this.contents.set(path, this.#content(path).subarray(0, length));
    this.calls.push(`truncate ${this.#name(fd)}`);
  }

  fstatSync(fd: number): FileFacts {
    return this.#facts(this.#path(fd));
  }

  statSync(path: string): FileFacts {
    if (this.removed.has(path)) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return this.#facts(path);
  }

  fdatasync(fd: number, callback: (error: Error | null) => void): void {
    this.calls.push(`sync ${this.#name(fd)}`);
    this.pendingSyncs.push(callback);
  }

  /** Lets the oldest sync end. */
  finishSync(error: Error | null = null): void {
    this.pendingSyncs.shift()?.(error);
  }

  /** Another file takes the place of one that is open. */
  replace(path: string): void {
    this.#inodes.set(path, this.#inodes.size + 1000);
  }

  text(path: string): string {
    return this.#content(path).toString();
  }

  #facts(path: string): FileFacts {
    return { size: this.#content(path).length, ino: this.#inodes.get(path) ?? 0, dev: 1 };
  }

  #content(path: string): Buffer {
    return this.contents.get(path) ?? Buffer.alloc(0);
  }

  #path(fd: number): string {
    return this.#paths[fd] ?? "";
  }

  #name(fd: number): string {
    return this.#path(fd).split("/").at(-1) ?? "";
  }
}
