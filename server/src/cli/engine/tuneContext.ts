import {
  longestThatWorked,
  nextSearchStep,
  type SearchLimits,
  type SearchStep,
} from "../../engine/tune/contextSearch.ts";
import type { GpuWatch } from "../../gpu/io/gpuWatch.io.ts";
import type { TriedContext } from "../../engine/tune/triedContext.ts";
import { endText, nextTryText, soFarText, triedText } from "../../engine/tune/tuneWords.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { watchGpusOf } from "./engineGpus.ts";
import type { TuneDesk } from "./tuneOrder.ts";
import { tryContext } from "./tuneTry.ts";

export interface TunedContext {
  /** The longest that worked; null: none did. */
  found: number | null;
  reason: Extract<SearchStep, { kind: "end" }>["reason"] | "interrupted";
  tries: TriedContext[];
}

/** What was found is found, whatever ended the search. */
export function tunedExitCode({ found, reason }: TunedContext): ExitCode {
  if (reason === "interrupted") return ExitCode.stopped;
  return found === null ? ExitCode.engineFailed : ExitCode.ok;
}

/** Searches for the longest context that works, and tells how far it is. Throws CliError, what was found so far being told. */
export async function tuneContext(given: SearchLimits, desk: TuneDesk): Promise<TunedContext> {
  const gpus = watchGpusOf(desk.prepared, () => undefined, desk.cli);
  const tries: TriedContext[] = [];
  try {
    return await search(given, tries, gpus, desk);
  } catch (error) {
    if (tries.length > 0) desk.cli.say(soFarText(tries));
    throw error;
  } finally {
    await gpus.stop();
  }
}

async function search(
  given: SearchLimits,
  tries: TriedContext[],
  gpus: GpuWatch,
  desk: TuneDesk,
): Promise<TunedContext> {
  const { cli, signal } = desk;
  const note = (tried: TriedContext): void => {
    cli.say(triedText(tried));
    tries.push(tried);
  };
  for (;;) {
    const blockTokens = tries.findLast((tried) => tried.blockTokens !== null)?.blockTokens ?? given.blockTokens;
    const limits = { ...given, blockTokens };
    const step = nextSearchStep(limits, tries);
    if (step.kind === "end") {
      cli.say(endText(step, tries));
      return { ...step, tries };
    }
    cli.say(nextTryText(step, limits, tries));
    // What the last one held may still be on its way back.
    if (tries.length > 0) await gpus.settled(signal);
    const isTried = !signal.aborted && (await tryContext(step.length, desk, note));
    if (isTried) continue;
    cli.say(`Stopped; nothing of it is left running. ${soFarText(tries)}`);
    return { found: longestThatWorked(tries), reason: "interrupted", tries };
  }
}
