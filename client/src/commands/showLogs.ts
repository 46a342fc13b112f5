import type { Command } from "../parts.ts";

/** Show Logs: what the extension, the language server and runs had to say. */
export const command: Command = ({ log }) => {
  log.show();
  return Promise.resolve();
};
