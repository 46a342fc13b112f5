import { LineTooLongError } from "../../batch/io/fixFile.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { errorCodeOf, messageOf } from "../../util/unknown.ts";
import { CliError, type CliContext } from "../verb.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "you may not open it",
  EPERM: "you may not open it",
  ENOTDIR: "a part of its path is not a folder",
  ENOSPC: "the disk is full; nothing was written",
  EDQUOT: "your disk quota is used up; nothing was written",
  EROFS: "the file system is read-only",
};

/**
 * Does something with a file, which Ctrl-C stops. What the file system refuses becomes a CliError with exit code 3, and
 * a stop one with exit code 5; all else is thrown on.
 */
export async function withFile<T>(
  file: string,
  cli: Pick<CliContext, "onInterrupt">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const stopListening = cli.onInterrupt(() => {
    stop.abort();
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw new CliError("Stopped. Nothing was written.", ExitCode.stopped);
    throw explained(file, error);
  } finally {
    stopListening();
  }
}

function explained(file: string, error: unknown): unknown {
  const code = errorCodeOf(error);
  if (error instanceof LineTooLongError) return new CliError(`${file}: ${error.message}`, ExitCode.unusableInput);
  if (code === undefined) return error;
  const reason = reasons[code] ?? messageOf(error);
  return new CliError(`${file}: ${reason}.`, ExitCode.unusableInput);
}
