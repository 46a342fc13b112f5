// `npm run demo`: the whole path in under a minute. Makes a batch file with planted mistakes, checks it, mends it, runs
// it on the simulator, kills the runner half way, resumes, and sums up. `npm run demo -- --real` runs on a real vLLM.
// The files stay in demo/ to be looked at; the last line printed is the run folder.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { demoRequests, exampleFile } from "./demo/exampleFile.ts";
import { killHalfWay } from "./demo/killHalfWay.ts";

const root = path.resolve(import.meta.dirname, "..");
const program = path.join(root, "dist", "cli.js");
const servedModel = "meta-llama/Llama-3.1-8B-Instruct";
const isReal = process.argv.includes("--real");

const folder = path.join(root, "demo", new Date().toISOString().slice(0, 19).replaceAll(":", "-"));
/** As a person would call them, in the folder of the demo. */
const [input, fixed, run] = ["tickets.jsonl", "tickets.fixed.jsonl", "run"];

const heading = (text: string) => console.log(`\n\u001b[1m${text}\u001b[0m`);

/** Starts the product as a person would, showing the command. */
function product(...args: string[]) {
  console.log(`\u001b[2m$ vllm-batch ${args.join(" ")}\u001b[0m`);
  return execa(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    reject: false,
  });
}

async function expectExit(wanted: number, ...args: string[]): Promise<void> {
  const { exitCode } = await product(...args);
  if (exitCode !== wanted) throw new Error(`expected exit code ${wanted}, and got ${String(exitCode)}`);
}

await execa(process.execPath, [path.join(root, "esbuild.js")], { stdio: "inherit" });

heading(`1. A batch file of ${demoRequests} requests, written for Ollama, with the mistakes people make`);
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, input), exampleFile(20_261_121));
console.log(path.join(folder, input));

heading("2. Check it: every mistake, before a GPU is asked for anything");
await expectExit(1, "validate", input);

heading("3. Mend what can be mended safely, into a new file");
// Exit code 1: two mistakes are left that only a person can mend.
await expectExit(1, "fix", input, "-o", fixed);

const engine = isReal ? await startRealEngine() : null;
try {
  const where = engine === null ? ["--simulate"] : ["--endpoint", engine.url];
  heading(
    engine === null
      ? "4. Run it on the simulator (its answers are simulated), and kill the runner half way: kill -9"
      : "4. Run it on a real vLLM (a tiny model with random weights), and kill the runner half way: kill -9",
  );
  const running = product("run", fixed, ...where, "--out", run);
  const answered = await killHalfWay(running, path.join(folder, run), demoRequests / 2);
  console.log(`\nKilled with ${answered} answers on disk.`);

  heading("5. Resume: only what has no answer yet is asked");
  await expectExit(0, "resume", run, "--fail-under", "99");
} finally {
  await engine?.stop();
}

heading("6. Sum up");
await product("report", run);
console.log(`\nInput, mended file, answers and errors are there to look at. The run folder:`);
console.log(path.join(folder, run));

async function startRealEngine(): Promise<{ url: string; stop(): Promise<void> }> {
  heading("   Starting a real vLLM (installed once, about a minute) …");
  const { startRealEngine: start } = await import("./engine/engineSlot.ts");
  return await start({ model: "tiny", flags: { "served-model-name": servedModel, "max-model-len": 512 } });
}
