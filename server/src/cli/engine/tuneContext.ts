import { nextSearchStep, type SearchLimits, type SearchStep } from "../../engine/tune/contextSearch.ts";
import type { GpuWatch } from "../../gpu/io/gpuWatch.io.ts";
import type { TriedContext } from "../../engine/tune/triedContext.ts";
import { endText, nextTryText, triedText } from "../../engine/tune/tuneWords.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { watchGpusOf } from "./startEngine.ts";
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

/** Searches for the longest context that works, and tells how far it is. Throws CliError. */
export async function tuneContext(given: SearchLimits, desk: TuneDesk): Promise<TunedContext> {
  const gpus = watchGpusOf(desk.prepared, () => undefined, desk.cli);
  try {
    return await search(given, gpus, desk);
  } finally {
    await gpus.stop();
  }
}

async function search(given: SearchLimits, gpus: GpuWatch, desk: TuneDesk): Promise<TunedContext> {
  const { cli, signal } = desk;
  const tries: TriedContext[] = [];
  let limits = given;
  for (;;) {
    const step = nextSearchStep(limits, tries);
    if (step.kind === "end") {
      cli.say(endText(step, tries));
      return { ...step, tries };
    }
    cli.say(nextTryText(step, limits, tries));
    // What the last one held may still be on its way back.
    if (tries.length > 0) await gpus.settled(signal);
    const tried = signal.aborted ? null : await tryContext(step.length, desk);
    if (tried === null) return interrupted(tries, desk);
    cli.say(triedText(tried));
    tries.push(tried);
    limits = { ...limits, blockTokens: tried.blockTokens ?? limits.blockTokens };
  }
}

function interrupted(tries: TriedContext[], { cli }: TuneDesk): TunedContext {
  const lengths = tries.flatMap(({ outcome }) => (outcome.kind === "worked" ? [outcome.length] : []));
  const found = lengths.length === 0 ? null : Math.max(...lengths);
  const so = found === null ? "No context was seen to work so far" : `${found} tokens were seen to work`;
  cli.say(`Stopped; nothing of it is left running. ${so}.`);
  return { found, reason: "interrupted", tries };
}
