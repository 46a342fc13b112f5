import { parseFloatStrict, parseHumanInteger, parseInteger } from "./humanNumber.ts";
import { flags, type Flag } from "./flag.ts";

/** Values by the flag's long name without dashes (`max-num-seqs`); the model positional is `model`. */
export type ServeValues = ReadonlyMap<string, string | number | boolean | readonly string[]>;

export type ParsedArguments = { kind: "ok"; values: ServeValues } | { kind: "refused"; message: string };

class Refusal extends Error {}

/** Where an argument list stands while it is read. */
interface Reader {
  argv: readonly string[];
  position: number;
  values: Map<string, string | number | boolean | readonly string[]>;
  unknown: string[];
}

/**
 * Reads the arguments of `vllm serve` as its argparse does: prefixes of long flags, `_` for `-`, `--flag=value`, an
 * error text in argparse's words. The caller prints the message on stderr and exits with 2.
 */
export function parseServeArguments(argv: readonly string[]): ParsedArguments {
  const reader: Reader = { argv, position: 0, values: new Map(), unknown: [] };
  try {
    while (reader.position < argv.length) readNext(reader);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse("vllm serve [model_tag] [options]", "vllm serve", error.message);
  }
  if (reader.unknown.length > 0) {
    return refuse(
      "vllm [-h] [-v] {chat,complete,serve,launch,bench,collect-env,run-batch,preload} ...",
      "vllm",
      `unrecognized arguments: ${reader.unknown.join(" ")}`,
    );
  }
  return { kind: "ok", values: reader.values };
}

function refuse(usage: string, program: string, text: string): ParsedArguments {
  return { kind: "refused", message: `usage: ${usage}\n${program}: error: ${text}` };
}

function readNext(reader: Reader): void {
  const argument = reader.argv[reader.position++] ?? "";
  if (!looksLikeOption(argument)) {
    if (reader.values.has("model")) reader.unknown.push(argument);
    else reader.values.set("model", argument);
    return;
  }
  const equals = argument.indexOf("=");
  const name = normalise(equals === -1 ? argument : argument.slice(0, equals));
  const attached = equals === -1 ? undefined : argument.slice(equals + 1);
  const found = findOption(name);
  if (found === undefined) reader.unknown.push(argument);
  else readFlag(reader, found.flag, found.option, attached);
}

function readFlag(reader: Reader, flag: Flag, option: string, attached: string | undefined): void {
  const key = (flag.options[0] ?? "").replace(/^--/, "");
  const title = flag.options.join("/");
  if (flag.kind === "switch" || flag.kind === "toggle") {
    if (attached !== undefined) throw new Refusal(`argument ${title}: ignored explicit argument '${attached}'`);
    reader.values.set(key, !(flag.kind === "toggle" && option.startsWith("--no-")));
    return;
  }
  const given = attached === undefined ? takeValues(reader, flag.kind === "list") : [attached];
  const [first] = given;
  if (flag.kind === "list") {
    if (first === undefined) throw new Refusal(`argument ${title}: expected at least one argument`);
    reader.values.set(key, given);
  } else if (first !== undefined) {
    reader.values.set(key, convert(flag, title, first));
  } else if (flag.kind === "value") {
    throw new Refusal(`argument ${title}: expected one argument`);
  }
}

function takeValues(reader: Reader, all: boolean): string[] {
  const values: string[] = [];
  for (;;) {
    const next = reader.argv[reader.position];
    if (next === undefined || looksLikeOption(next) || (!all && values.length === 1)) return values;
    values.push(next);
    reader.position++;
  }
}

/** A negative number is a value: no flag of vLLM looks like one. */
function looksLikeOption(argument: string): boolean {
  return argument.startsWith("-") && argument.length > 1 && !/^-\d+(\.\d+)?$/.test(argument);
}

function normalise(name: string): string {
  // vLLM also takes --flag.key for a part of a JSON value.
  const [long = name] = name.split(".");
  return long.startsWith("--") ? long.replaceAll("_", "-") : long;
}

function findOption(name: string): { flag: Flag; option: string } | undefined {
  const candidates: { flag: Flag; option: string }[] = [];
  for (const flag of flags) {
    for (const option of flag.options) {
      if (option === name) return { flag, option };
      if (name.startsWith("--") && option.startsWith(name)) candidates.push({ flag, option });
    }
  }
  if (candidates.length > 1) {
    const names = candidates.map((candidate) => candidate.option).join(", ");
    throw new Refusal(`ambiguous option: ${name} could match ${names}`);
  }
  return candidates[0];
}

const typeNames = {
  int: "int",
  float: "float",
  size: "human_readable_int",
  sizeOrAuto: "human_readable_int_or_auto",
} as const;

function convert(flag: Flag, title: string, text: string): string | number {
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const choices = flag.choices.map((choice) => `'${choice}'`).join(", ");
    throw new Refusal(`argument ${title}: invalid choice: '${text}' (choose from ${choices})`);
  }
  if (flag.number === undefined) return text;
  const number = readNumber(flag.number, text);
  if (number === undefined) throw new Refusal(`argument ${title}: invalid ${typeNames[flag.number]} value: '${text}'`);
  return number;
}

function readNumber(type: NonNullable<Flag["number"]>, text: string): number | undefined {
  switch (type) {
    case "int":
      return parseInteger(text);
    case "float":
      return parseFloatStrict(text);
    case "size":
      return parseHumanInteger(text);
    case "sizeOrAuto":
      return text === "auto" ? -1 : parseHumanInteger(text);
  }
}
