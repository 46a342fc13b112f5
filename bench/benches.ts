import type { Bench } from "./bench.ts";
import { dispatch } from "./dispatch.ts";
import { engine } from "./engine.ts";
import { extension } from "./extension.ts";
import { languageServer } from "./languageServer.ts";
import { makespan } from "./makespan.ts";
import { million } from "./million.ts";
import { peers } from "./peers/peers.ts";
import { prefix } from "./prefix.ts";
import { prefixReal } from "./prefixReal.ts";
import { resume } from "./resume.ts";
import { runBatch } from "./runBatch.ts";
import { validate } from "./validate.ts";

/**
 * Everything that can be measured, in the order of the page.
 * @param scale a fraction of the work, 1 for what the bars are about
 */
export function benches(scale: number): readonly Bench[] {
  const quick = [
    validate(scale),
    dispatch(scale),
    makespan(scale),
    million(scale),
    resume(scale),
    prefix(scale),
    peers(scale),
    languageServer(scale),
    extension(scale),
  ];
  return [...quick, prefixReal(scale), runBatch(scale), engine()];
}
