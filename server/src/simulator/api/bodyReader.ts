import { isObject, type JsonObject } from "../../util/unknown.ts";
import { type Issue, validationError } from "../http/apiError.ts";
import { pythonScalar } from "../text/python.ts";

const INT64_LIMIT = 2 ** 63;

/**
 * Reads the fields of a request body the way pydantic does in its lax mode: "0.5" is a number, 3.0 an integer, 1 true.
 * Complaints are collected in the order of reading; `check` throws them together. `undefined` means absent or null.
 */
export class BodyReader {
  readonly body: JsonObject;
  readonly #issues: Issue[] = [];
  readonly #path: string;

  constructor(body: JsonObject, path = "body") {
    this.body = body;
    this.#path = path;
  }

  float(key: string): number | undefined {
    return this.#read(key, (value) => {
      if (typeof value === "number") return value;
      if (typeof value === "boolean") return Number(value);
      if (typeof value !== "string") return issue("float_type", "Input should be a valid number");
      const number = value.trim() === "" ? NaN : Number(value);
      const hint = "Input should be a valid number, unable to parse string as a number";
      return Number.isNaN(number) ? issue("float_parsing", hint) : number;
    });
  }

  int(key: string): number | undefined {
    return this.#read(key, (value) => {
      if (typeof value === "boolean") return Number(value);
      if (typeof value === "number") {
        if (Number.isInteger(value)) return Math.abs(value) <= INT64_LIMIT ? value : tooLarge();
        return issue("int_from_float", "Input should be a valid integer, got a number with a fractional part");
      }
      if (typeof value !== "string") return issue("int_type", "Input should be a valid integer");
      if (/^\s*[+-]?\d+(\.0*)?\s*$/.test(value)) return Number(value);
      return issue("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    });
  }

  boolean(key: string): boolean | undefined {
    return this.#read(key, (value) => {
      if (typeof value === "boolean") return value;
      if (value === 1 || value === 0) return value === 1;
      const text = typeof value === "string" ? value.toLowerCase() : undefined;
      if (text !== undefined && /^(true|t|yes|y|on|1)$/.test(text)) return true;
      if (text !== undefined && /^(false|f|no|n|off|0)$/.test(text)) return false;
      if (text === undefined && typeof value !== "number") return issue("bool_type", "Input should be a valid boolean");
      return issue("bool_parsing", "Input should be a valid boolean, unable to interpret input");
    });
  }

  string(key: string): string | undefined {
    return this.#read(key, (value) =>
      typeof value === "string" ? value : issue("string_type", "Input should be a valid string"),
    );
  }

  list(key: string): readonly unknown[] | undefined {
    return this.#read(key, (value) =>
      Array.isArray(value) ? value.map((item: unknown) => item) : issue("list_type", "Input should be a valid list"),
    );
  }

  object(key: string): JsonObject | undefined {
    return this.#read(key, (value) =>
      isObject(value) ? value : issue("dict_type", "Input should be a valid dictionary"),
    );
  }

  literal<T extends string>(key: string, choices: readonly T[]): T | undefined {
    return this.#read(key, (value) => choices.find((choice) => choice === value) ?? notOneOf(choices));
  }

  /** Complains when the key is not there at all; null counts as there. */
  require(key: string): void {
    if (Object.hasOwn(this.body, key)) return;
    this.add({ type: "missing", loc: `${this.#path}.${key}`, msg: "Field required", input: summarize(this.body) });
  }

  /** Complains about the value of a key in words of the caller's. */
  complain(key: string, type: string, msg: string): void {
    this.add({ type, loc: `${this.#path}.${key}`, msg, input: summarize(this.body[key]) });
  }

  add(found: Issue): void {
    this.#issues.push(found);
  }

  /** Throws what was wrong with the fields read so far. */
  check(): void {
    if (this.#issues.length > 0) throw validationError(this.#issues);
  }

  #read<T>(key: string, convert: (value: unknown) => T | Complaint): T | undefined {
    const value = this.body[key];
    if (value === undefined || value === null) return undefined;
    const result = convert(value);
    if (!(result instanceof Complaint)) return result;
    const { type, msg, expected } = result;
    const loc = `${this.#path}.${key}`;
    this.add({ type, loc, msg, input: summarize(value), ...(expected === undefined ? {} : { expected }) });
    return undefined;
  }
}

class Complaint {
  readonly type: string;
  readonly msg: string;
  readonly expected: string | undefined;
  constructor(type: string, msg: string, expected?: string) {
    this.type = type;
    this.msg = msg;
    this.expected = expected;
  }
}

function issue(type: string, msg: string): Complaint {
  return new Complaint(type, msg);
}

function tooLarge(): Complaint {
  return issue("less_than_equal", `Input should be less than or equal to 9223372036854775807`);
}

function notOneOf(choices: readonly string[]): Complaint {
  const quoted = choices.map((choice) => `'${choice}'`);
  const last = quoted.pop() ?? "";
  const expected = quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
  return new Complaint("literal_error", `Input should be ${expected}`, expected);
}

const MAX_INPUT_CHARACTERS = 200;

/** What vLLM shows of an offending value: scalars as they are, containers by their size. */
export function summarize(value: unknown): string {
  if (Array.isArray(value)) return `<list of ${value.length} items>`;
  if (isObject(value)) return `<dict of ${Object.keys(value).length} items>`;
  const text = pythonScalar(value);
  return text.length > MAX_INPUT_CHARACTERS ? `${text.slice(0, MAX_INPUT_CHARACTERS)}...[truncated]` : text;
}
