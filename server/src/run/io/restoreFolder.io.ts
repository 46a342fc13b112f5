import fs from "node:fs";
import path from "node:path";
import { messageOf } from "../../util/unknown.ts";
import type { AppendLog } from "./appendLog.io.ts";

/**
 * Puts back files that another program removed while we had them open: as long as we hold them, the system keeps what
 * is in them. A file that somebody has put in the place of ours stays, and ours is written beside it as `.rescued`.
 * Returns what was written, or in words why nothing could be.
 */
export function restoreFiles(logs: readonly AppendLog[]): string[] | string {
  try {
    return logs.flatMap((log) => {
      fs.mkdirSync(path.dirname(log.path), { recursive: true });
      const here = fs.statSync(log.path, { throwIfNoEntry: false });
      if (here !== undefined && here.ino === fs.fstatSync(log.fd).ino) return [];
      const target = here === undefined ? log.path : `${log.path}.rescued`;
      copyFromDescriptor(log, target);
      return [target];
    });
  } catch (error) {
    return messageOf(error);
  }
}

function copyFromDescriptor(log: AppendLog, target: string): void {
  const buffer = Buffer.allocUnsafe(1 << 20);
  const copy = fs.openSync(target, "wx");
  try {
    for (let position = 0; position < log.size;) {
      const wanted = Math.min(buffer.length, log.size - position);
      const read = fs.readSync(log.fd, buffer, 0, wanted, position);
      if (read === 0) break;
      for (let written = 0; written < read;) written += fs.writeSync(copy, buffer, written, read - written);
      position += read;
    }
    fs.fsyncSync(copy);
  } finally {
    fs.closeSync(copy);
  }
}
