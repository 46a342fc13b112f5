/**
 * Loaded into a server by `node --import`: keeps the number of requests that reached it in the file named by
 * REQUEST_COUNT_FILE, written before the request is looked at, so that it outlives a SIGKILL.
 */
import { subscribe } from "node:diagnostics_channel";
import { openSync, writeSync } from "node:fs";
import { property } from "../../../server/src/util/unknown.ts";

const file = openSync(process.env["REQUEST_COUNT_FILE"] ?? "", "w");
const count = new Float64Array(1);

subscribe("http.server.request.start", (message) => {
  if (property(property(message, "request"), "method") !== "POST") return;
  count[0] = (count[0] ?? 0) + 1;
  writeSync(file, new Uint8Array(count.buffer), 0, 8, 0);
});
