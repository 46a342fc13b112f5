import fs from "node:fs";

/** The calls that a log makes, so that tests can make a disk fail, or see what was called in which order. */
export interface FileOps {
  openSync(path: string, flags: string): number;
  closeSync(fd: number): void;
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  ftruncateSync(fd: number, length: number): void;
  fstatSync(fd: number): FileFacts;
  statSync(path: string): FileFacts;
  fdatasync(fd: number, callback: (error: Error | null) => void): void;
}

/** `ino` is unique within `dev`. */
export interface FileFacts {
  size: number;
  ino: number;
  dev: number;
}

export const realFileOps: FileOps = {
  openSync: (path, flags) => fs.openSync(path, flags),
  closeSync: (fd) => fs.closeSync(fd),
  writeSync: (fd, buffer, offset, length) => fs.writeSync(fd, buffer, offset, length),
  ftruncateSync: (fd, length) => fs.ftruncateSync(fd, length),
  fstatSync: (fd) => fs.fstatSync(fd),
  statSync: (path) => fs.statSync(path),
  fdatasync: (fd, callback) => fs.fdatasync(fd, callback),
};
