import { isObject, messageOf, type JsonObject } from "../../util/unknown.ts";
import { validationError } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { summarize } from "./bodyReader.ts";

/** The body of a POST as an object. Throws vLLM's 400s for a wrong content type, for no JSON, for no object. */
export function jsonBody(exchange: Exchange): JsonObject {
  const contentType = (exchange.header("content-type") ?? "").toLowerCase().split(";", 1)[0];
  if (contentType !== "application/json") {
    throw validationError(["Unsupported Media Type: Only 'application/json' is allowed"]);
  }
  const value = parse(exchange.body.toString());
  if (isObject(value)) return value;
  if (value === undefined || value === null) {
    throw validationError([{ type: "missing", loc: "body", msg: "Field required", input: "None" }]);
  }
  const msg = "Input should be a valid dictionary or object to extract fields from";
  throw validationError([{ type: "model_attributes_type", loc: "body", msg, input: summarize(value) }]);
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(messageOf(error))?.[1] ?? String(text.length);
    const hint = messageOf(error).startsWith("Expected double-quoted property name")
      ? "Expecting property name enclosed in double quotes"
      : "Expecting value";
    throw validationError([
      {
        type: "json_invalid",
        loc: `body.${position}`,
        msg: "JSON decode error",
        input: "<dict of 0 items>",
        expected: hint,
      },
    ]);
  }
}
