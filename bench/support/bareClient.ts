/**
 * The yardstick: how fast requests can be sent and answers read by the same HTTP client when nothing is checked, kept
 * or saved. A child process: URL FILE IN_FLIGHT. Prints `{"requests", "seconds"}`.
 */
import { readFileSync } from "node:fs";
import { Pool } from "undici";
import { clockMs } from "./clock.ts";

const [url = "", file = "", inFlight = "64"] = process.argv.slice(2);
const bodies = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.stringify((JSON.parse(line) as { body: unknown }).body));
const pool = new Pool(url, { connections: Number(inFlight), headersTimeout: 0, bodyTimeout: 0 });
const startedMs = clockMs();
let next = 0;

async function loop(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const answer = await pool.request({
      path: "/v1/chat/completions",
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`The server answered ${answer.statusCode}.`);
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, loop));
const seconds = (clockMs() - startedMs) / 1000;
await pool.close();
process.stdout.write(JSON.stringify({ requests: bodies.length, seconds }));
