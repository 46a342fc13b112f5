import type { Command } from "../parts.ts";

/** Restart Language Server: also after it ended too often to be started again by itself. */
export const command: Command = async ({ language }) => {
  await language.restart();
};
