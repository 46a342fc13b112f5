/** The name of a model at a place of a line. Pure. */

export interface NameAt {
  name: string;
  /** Columns from 0, without the quotes. */
  start: number;
  end: number;
}

/** A longer name is none, and a line may be megabytes long: only what is near is looked at. */
const LONGEST = 200;
const MODEL = /"model"\s{0,8}:\s{0,8}"([^"\\]{1,200})"/g;
/** As on Hugging Face: owner and name. Others cannot be looked up, and none may be taken for an option of a program. */
const REPOSITORY = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/** null where there is no name of a repository that a request is sent to. */
export function modelAt(line: string, column: number): NameAt | null {
  const from = Math.max(0, column - LONGEST - '"model" : "'.length - 16);
  const near = line.slice(from, column + LONGEST + 1);
  for (const match of near.matchAll(MODEL)) {
    const [whole, name = ""] = match;
    const end = from + match.index + whole.length - 1;
    const start = end - name.length;
    if (column >= start && column <= end) return REPOSITORY.test(name) ? { name, start, end } : null;
  }
  return null;
}
