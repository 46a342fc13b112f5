import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessScope } from "../engineRecord.ts";

/** Where we are ourselves. */
export function ownScope(): ProcessScope {
  if (process.platform !== "linux") return { hostname: hostname(), boot: null, pidNamespace: null };
  return {
    hostname: hostname(),
    boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNamespace: readlinkSync("/proc/self/ns/pid"),
  };
}
