import type { CliContext } from "../cli/verb.ts";

/** The real world: this process's streams, environment and signals. */
export function processContext(program: string, programPath: string): CliContext {
  let drawn = false;
  const clear = () => {
    if (drawn) process.stderr.write("\r\u001b[2K");
    drawn = false;
  };
  const isTerminal = process.stderr.isTTY;
  return {
    print: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    say: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
    drawProgress: (line) => {
      if (!isTerminal) return;
      process.stderr.write(`\r\u001b[2K${line}`);
      drawn = true;
    },
    isTerminal,
    columns: isTerminal ? process.stderr.columns : 80,
    cwd: process.cwd(),
    env: process.env,
    program,
    programPath,
    stdin: () => process.stdin,
    onInterrupt: (listener) => {
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", listener);
        process.off("SIGTERM", listener);
      };
    },
  };
}
