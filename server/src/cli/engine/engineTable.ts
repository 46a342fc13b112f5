import type { ListedEngine } from "../../engine/process/io/listEngines.io.ts";
import type { EngineRecord } from "../../engine/process/engineRecord.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError } from "../verb.ts";

/** What programs are told of an engine. Its key is not among it. */
export function engineFacts({ record, owner }: ListedEngine) {
  const { id, profile, model, servedModel, address, logFile, startedAt, ready, keep } = record;
  return {
    id,
    profile: profile.name,
    model,
    servedModel,
    address,
    simulated: profile.engine === "simulator",
    ready,
    keep,
    pid: record.process?.pid ?? null,
    owner: owner?.pid ?? null,
    startedAt,
    logFile,
  };
}

/** A few lines on each. */
export function engineText(engine: ListedEngine): string {
  const { id, profile, model, simulated, ready, pid, owner, startedAt, logFile } = engineFacts(engine);
  const who = owner === null ? "runs by itself" : `looked after by process ${owner}`;
  return [
    `${id}: ${model} with profile ${profile}${simulated ? " (simulated)" : ""}, ${ready ? "ready" : "starting"}, ${who}`,
    `  pid ${pid ?? "unknown"} · ${addressText(engine.record)} · since ${startedAt}`,
    `  log: ${logFile}`,
  ].join("\n");
}

export function addressText({ address }: Pick<EngineRecord, "address">): string {
  return address.socketPath === null ? address.url : `socket ${address.socketPath}`;
}

/** The engine that is meant: the one of this id, or the only one. Throws CliError when that is none. */
export function chooseEngine(engines: readonly ListedEngine[], id: string | undefined): ListedEngine {
  const [first] = engines;
  if (first === undefined) throw new CliError("No engine of vLLM Batch runs on this machine.", ExitCode.no);
  if (id === undefined && engines.length === 1) return first;
  const found = engines.find(({ record }) => record.id === id);
  if (found !== undefined) return found;
  const names = engines.map(({ record }) => `  ${record.id}  ${record.model}, profile ${record.profile.name}`);
  const what = id === undefined ? "Which engine?" : `There is no engine ${id}.`;
  throw new CliError(`${what} These run:\n${names.join("\n")}`, ExitCode.usage);
}
