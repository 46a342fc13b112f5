import type { RunState } from "../../run/io/readStatus.io.ts";
import { gpuWords } from "../../gpu/gpuWords.ts";
import { duration } from "../../util/duration.ts";

/** What `status` says to a person: a few lines. */
export function statusText(state: RunState): string {
  const { summary, running, interrupted, progress } = state;
  const { completed, failed, total, status, simulated, reason } = summary;
  const doing = running ? "running" : interrupted ? "its process is gone" : status;
  const lines = [
    `${summary.folder}: ${doing}${simulated ? ", simulated answers" : ""}`,
    `${completed} of ${total} answered, ${failed} failed, ${total - completed - failed} to go`,
  ];
  if (running && progress !== null) {
    const { inFlight, requestsPerSecond, tokensPerSecond, etaSeconds, gpu } = progress;
    const eta = etaSeconds === null ? "" : ` · ETA ${duration(etaSeconds)}`;
    lines.push(
      `${inFlight} in flight · ${requestsPerSecond.toFixed(1)} requests/s · ${tokensPerSecond.toFixed(0)} tokens/s${eta}`,
    );
    const words = gpu === null ? "" : gpuWords(gpu);
    if (words !== "") lines.push(words);
    if (gpu !== null && gpu.fault !== null) lines.push(gpu.fault);
  }
  if (reason !== null) lines.push(reason);
  if (!running && status !== "completed") lines.push(`Go on: vllm-batch resume ${summary.folder}`);
  return lines.join("\n");
}

/** What `report` says: the whole story of a run. */
export function reportText(state: RunState): string {
  const { manifest, summary, causes } = state;
  const { input, engine, overrides, counts } = manifest;
  const lines = [
    statusText(state),
    "",
    `Batch file   ${input.path} (${input.requests} requests, ${input.invalid} with errors)`,
    `Models       ${manifest.models.join(", ") || "none named"}`,
    `Engine       ${engine.managed === undefined ? engine.url : `started from the profile ${engine.managed.profile}`}${engine.version === null ? "" : `, version ${engine.version}`}${engine.simulated ? ", SIMULATED: its answers are made up" : ""}`,
    `Time         ${duration(counts.seconds)}, ${summary.requestsPerSecond} requests/s`,
    `Tokens       ${counts.promptTokens} in, ${counts.completionTokens} out`,
    `Trouble      ${counts.retried} sent more than once, engine away and back ${counts.engineRestarts} times`,
  ];
  const { models = {}, ...plain } = overrides;
  const settings = [
    ...Object.entries(plain).map(([name, value]) => `${name} ${String(value)}`),
    ...Object.entries(models).map(([name, sent]) => `model ${name} sent as ${sent}`),
  ];
  if (settings.length > 0) lines.push(`Overrides    ${settings.join(", ")}`);
  if (causes.length > 0) {
    lines.push("", "Why requests failed:");
    for (const { code, count, example } of causes.slice(0, 20)) {
      lines.push(`  ${String(count).padStart(6)} × ${code}`, `           line ${example.line}: ${example.message}`);
    }
  }
  lines.push("", "History:");
  for (const { at, status, reason } of manifest.history) {
    lines.push(`  ${at}  ${status}${reason === null ? "" : `: ${reason}`}`);
  }
  return lines.join("\n");
}
