/**
 * The bare loop that anyone would write: read text, split it, parse each line. A child process: FILE. Prints how many
 * lines it parsed.
 */
import { createReadStream } from "node:fs";

let lines = 0;
let rest = "";

for await (const piece of createReadStream(process.argv[2] ?? "", { encoding: "utf8" })) {
  const parts = (rest + (piece as string)).split("\n");
  rest = parts.pop() ?? "";
  // The value is looked at, so that nothing can be left out for being unused.
  for (const part of parts) if (typeof JSON.parse(part) === "object") lines += 1;
}

process.stdout.write(String(lines));
