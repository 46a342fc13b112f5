import type { RunSummary } from "../../protocol/records.ts";
import { duration } from "../../util/duration.ts";

/** The end of a run for a person: what came of it, where it is, what to do next. */
export function summaryText(summary: RunSummary): string {
  const { status, completed, failed, total, reason, folder, simulated } = summary;
  const lines = [
    `${headline(summary)}: ${completed} of ${total} answered, ${failed} failed${simulated ? " (simulated answers)" : ""}.`,
  ];
  if (reason !== null) lines.push(reason);
  lines.push(figures(summary));
  const next = nextStep(status, failed, folder);
  if (next !== null) lines.push(next);
  lines.push(`Folder: ${folder}`);
  return lines.join("\n");
}

function headline({ status, failed }: RunSummary): string {
  switch (status) {
    case "completed":
      return failed === 0 ? "Done" : "Done, with failures";
    case "cancelled":
    case "cancelling":
      return "Cancelled";
    case "failed":
      return "Stopped: the run could not go on";
    default:
      return "Stopped before the end";
  }
}

function figures({
  seconds,
  requestsPerSecond,
  promptTokens,
  completionTokens,
  retried,
  engineRestarts,
}: RunSummary): string {
  const parts = [
    duration(seconds),
    `${requestsPerSecond} requests/s`,
    `${promptTokens} tokens in`,
    `${completionTokens} tokens out`,
  ];
  if (retried > 0) parts.push(`${retried} sent more than once`);
  if (engineRestarts > 0) parts.push(`the engine was away and back ${engineRestarts} times`);
  return parts.join(" · ");
}

function nextStep(status: RunSummary["status"], failed: number, folder: string): string | null {
  if (status !== "completed") return `Go on: vllm-batch resume ${folder}`;
  return failed === 0 ? null : `Why: vllm-batch report ${folder}`;
}
