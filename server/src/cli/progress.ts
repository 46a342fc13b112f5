/** How a run's progress looks: a bar on a terminal, a line now and then elsewhere. Pure. */
import type { RunProgress } from "../protocol/runReport.ts";
import { gpuWords } from "../gpu/gpuWords.ts";
import { duration } from "../util/duration.ts";

/** One line that fits into the terminal. */
export function progressBar(snapshot: RunProgress, columns: number): string {
  const { total, completed, failed } = snapshot;
  const done = completed + failed;
  const share = total === 0 ? 0 : done / total;
  const text = ` ${percent(share)} ${progressFigures(snapshot)}`;
  const width = Math.min(30, columns - text.length - 3);
  const line = width >= 5 ? `${bar(share, width)}${text}` : text.trimStart();
  return line.slice(0, Math.max(1, columns - 1));
}

/** The same in words, for a log. */
export function progressLine(snapshot: RunProgress): string {
  const { total, completed, failed } = snapshot;
  const share = total === 0 ? 0 : (completed + failed) / total;
  return `${percent(share)} ${progressFigures(snapshot)}`;
}

function progressFigures(snapshot: RunProgress): string {
  const { total, completed, failed, inFlight, requestsPerSecond, tokensPerSecond, notice, simulated } = snapshot;
  const parts = [`${completed + failed}/${total}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (notice !== null) return [...parts, notice].join(" · ");
  parts.push(`${inFlight} in flight`, `${rate(requestsPerSecond)} req/s`);
  if (tokensPerSecond > 0) parts.push(`${rate(tokensPerSecond)} tok/s`);
  if (snapshot.etaSeconds !== null) parts.push(`ETA ${duration(snapshot.etaSeconds)}`);
  if (simulated) parts.push("simulated");
  const gpu = snapshot.gpu === undefined ? "" : gpuWords(snapshot.gpu);
  if (gpu !== "") parts.push(gpu);
  return parts.join(" · ");
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(share: number, width: number): string {
  const eighths = Math.floor(Math.min(1, share) * width * 8);
  const full = "█".repeat(Math.floor(eighths / 8));
  return `${full}${EIGHTHS[eighths % 8] ?? ""}`.padEnd(width, "░");
}

/** Never 100 % before the end. */
function percent(share: number): string {
  return `${Math.floor(share * 100)
    .toString()
    .padStart(3)}%`;
}

/** Three figures are enough. */
function rate(perSecond: number): string {
  return perSecond >= 100 ? Math.round(perSecond).toString() : perSecond.toPrecision(perSecond >= 10 ? 3 : 2);
}
