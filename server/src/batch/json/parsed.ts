import { judgeShape } from "./shape.ts";

/**
 * The value of a JSON text; undefined (which no JSON has) for text that is not JSON, or that would not fit into memory
 * as values.
 */
export function parsed(text: string): unknown {
  if (judgeShape(text) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong with it is found out by whoever asks.
    return undefined;
  }
}
