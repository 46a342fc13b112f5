import { readFile } from "node:fs/promises";
import { ExitCode } from "../protocol/exitCode.ts";
import { isObject, messageOf } from "../util/unknown.ts";
import { CliError } from "./verb.ts";

/**
 * Reads a user's own map of model names: a JSON object of `"name in the batch file": "name to send"`. Throws CliError
 * (exit code 3) that says what is wrong with the file.
 */
export async function readModelMap(path: string): Promise<Readonly<Record<string, string>>> {
  const map = parseMap(path, await readText(path));
  const wrong = Object.entries(map).find(([, model]) => typeof model !== "string" || model === "");
  if (wrong !== undefined)
    throw unusable(path, `the value of ${JSON.stringify(wrong[0])} is not a model name in quotes`);
  return Object.fromEntries(Object.entries(map).map(([name, model]) => [name, String(model)]));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

function parseMap(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
  if (!isObject(value)) throw unusable(path, "it is not an object");
  return value;
}

function unusable(path: string, reason: string): CliError {
  const example = `{"llama3.1:8b": "my-llama"}`;
  return new CliError(
    `The map of model names ${path} cannot be used: ${reason}. It looks like ${example}.`,
    ExitCode.unusableInput,
  );
}
