import type { ProcessScope } from "./engineRecord.ts";

/**
 * Whether the pids of a record mean what they mean here. "restarted": the machine has been restarted since, so none of
 * them lives. "elsewhere": another machine or container wrote it, and only that can tell.
 */
export function compareScopes(record: ProcessScope, here: ProcessScope): "here" | "restarted" | "elsewhere" {
  if (record.hostname !== here.hostname) return "elsewhere";
  if (record.boot !== here.boot) return "restarted";
  return record.pidNamespace === here.pidNamespace ? "here" : "elsewhere";
}
