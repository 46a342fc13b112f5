import type { Command } from "../parts.ts";
import { pickEndpoint } from "../endpoints/pickEndpoint.ts";
import { targetFile } from "../files/targetFile.ts";
import { concludeRun } from "../runs/concludeRun.ts";
import { isReady, savedFile } from "../runs/prepareFile.ts";
import { runArguments } from "../runs/runArguments.ts";
import { runSettings } from "../runs/runSettings.ts";
import { isTrusted } from "../runs/trust.ts";
import { engineEnvironment } from "../runs/engineEnvironment.ts";
import { modelChoice } from "../runs/modelChoice.ts";

/** Run Batch on vLLM: saves and checks the file, asks once where to run, and sees the run through. */
export const command: Command = async (parts, [given]) => {
  const { endpoints, log, runs } = parts;
  if (!isTrusted(log)) return;
  const chosen = await targetFile(parts, given);
  const input = chosen === undefined ? undefined : await savedFile(chosen);
  if (input === undefined || !(await isReady(parts, input))) return;
  const endpoint = endpoints.current ?? (await pickEndpoint(endpoints, log));
  if (endpoint === undefined) return;
  const model = await modelChoice(parts, input, endpoint);
  if (model === undefined) return;
  const env = endpoint.kind === "server" ? await engineEnvironment(endpoints, endpoint.url) : {};
  const args = runArguments({
    file: input.fsPath,
    endpoint,
    hasKey: Object.keys(env).length > 0,
    model,
    ...runSettings(input),
  });
  const end = await runs.follow({ args, input, env, simulated: endpoint.kind === "simulator" });
  await concludeRun(parts, input, end);
};
