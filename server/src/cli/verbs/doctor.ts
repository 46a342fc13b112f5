import { ExitCode } from "../../protocol/exitCode.ts";
import { canRun, judgeMachine, type DoctorCheck } from "../doctor/judgeMachine.ts";
import { readMachine } from "../doctor/readMachine.io.ts";
import { defineVerb } from "../verb.ts";

const marks: Readonly<Record<DoctorCheck["status"], string>> = {
  ok: "ok      ",
  warning: "note    ",
  missing: "missing ",
};

export const doctor = defineVerb({
  name: "doctor",
  positionals: "",
  summary: "What is there for running a batch on this machine, and what to do next",
  description: [
    "Looks for Node, Python, vLLM and its version, an NVIDIA GPU and its driver, a server that already listens on this",
    "machine (vLLM, Ollama, LM Studio, llama.cpp) and free disk space. Starts only python3 and the GPU's own tools,",
    "changes nothing and asks nothing outside this machine. Exit code 1: there is nothing that could answer requests.",
  ].join("\n"),
  options: {
    json: { type: "boolean", help: "One JSON document: {ready, checks:[{name, status, detail, next}]}." },
  },
  examples: [{ command: "vllm-batch doctor", shows: "Can I run a batch here?" }],
  run: async ({ options }, cli) => {
    const facts = await readMachine(cli.cwd, cli.env);
    const checks = judgeMachine(facts);
    const ready = canRun(facts);
    if (options.json) cli.print(JSON.stringify({ ready, checks }));
    else sayChecks(checks, ready, (line) => cli.say(line));
    return ready ? ExitCode.ok : ExitCode.no;
  },
});

function sayChecks(checks: readonly DoctorCheck[], ready: boolean, say: (line: string) => void): void {
  for (const check of checks) {
    say(`${marks[check.status]} ${check.name.padEnd(9)} ${check.detail}`);
    if (check.next !== null) say(`${" ".repeat(19)}→ ${check.next}`);
  }
  say(ready ? "\nReady to run a batch." : "\nNothing here can answer requests yet. Checking and fixing files works.");
}
