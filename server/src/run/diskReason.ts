import { errorCodeOf, messageOf } from "../util/unknown.ts";
import { RunProblem } from "./runProblem.ts";

/** What a person can do about a disk that does not take what we write. */
export function diskReason(error: unknown, folder: string): string {
  switch (errorCodeOf(error)) {
    case "ENOSPC":
      return `The disk is full: ${folder} cannot be written. Free some space.`;
    case "EDQUOT":
      return `The disk quota is used up: ${folder} cannot be written. Free some space.`;
    case "EROFS":
      return `The file system became read-only: ${folder} cannot be written. Look at the system's log.`;
    case "EIO":
      return `The disk reports an error: ${folder} cannot be written. Look at the system's log.`;
    default:
      return `${folder} cannot be written: ${messageOf(error)}.`;
  }
}

/** An error of the file system as a sentence for a person; any other error as it is: a bug of ours. */
export function explainDiskError(error: unknown, folder: string): unknown {
  const isSystemError = errorCodeOf(error)?.startsWith("E") === true && !(error instanceof RunProblem);
  return isSystemError ? new RunProblem("input", diskReason(error, folder), { cause: error }) : error;
}
