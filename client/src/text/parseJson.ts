/** The value of a JSON text; undefined when it is none, such as the last line of a file that was cut short. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
