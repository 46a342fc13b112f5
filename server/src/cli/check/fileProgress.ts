import type { CliContext } from "../verb.ts";
import { grouped } from "./problemText.ts";

const QUIET_MS = 2000;
const EVERY_MS = 200;
/** In a log a line now and then is enough. */
const EVERY_LINE_MS = 10_000;

/**
 * Says how far the reading of a file is, once it has taken two seconds: drawn on a terminal, as lines elsewhere.
 * @param now milliseconds of a clock that only goes forward
 */
export function fileProgress(
  verb: string,
  file: string,
  cli: Pick<CliContext, "isTerminal" | "drawProgress" | "say">,
  now: () => number,
): (bytesRead: number, sizeBytes: number) => void {
  const started = now();
  let next = started + QUIET_MS;
  return (bytesRead, sizeBytes) => {
    const time = now();
    if (time < next) return;
    next = time + (cli.isTerminal ? EVERY_MS : EVERY_LINE_MS);
    const percent = sizeBytes === 0 ? 100 : Math.min(100, Math.floor((bytesRead / sizeBytes) * 100));
    const text = `${verb} ${file}: ${percent} % of ${grouped(Math.ceil(sizeBytes / 1e6))} MB`;
    if (cli.isTerminal) cli.drawProgress(text);
    else cli.say(text);
  };
}
