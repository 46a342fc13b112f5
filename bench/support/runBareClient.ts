import path from "node:path";
import { execa } from "execa";

/** Runs bench/support/bareClient.ts as a process of its own. Returns its requests per second. */
export async function runBareClient(url: string, file: string, inFlight: number): Promise<number> {
  const program = path.join(import.meta.dirname, "bareClient.ts");
  const { stdout } = await execa(process.execPath, [program, url, file, String(inFlight)]);
  const { requests, seconds } = JSON.parse(stdout) as { requests: number; seconds: number };
  return requests / seconds;
}
