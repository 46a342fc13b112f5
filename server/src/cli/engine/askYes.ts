import type { CliContext } from "../verb.ts";

/** How to ask a person for a yes; null when nobody sits at a terminal. */
export function yesAsker(cli: CliContext): ((text: string) => Promise<boolean>) | null {
  if (!cli.isTerminal) return null;
  return async (text) => {
    cli.say(`${text}\nGo on? Type yes:`);
    for await (const chunk of cli.stdin()) return /^\s*yes\s*$/i.test(chunk.toString("utf8"));
    return false;
  };
}
