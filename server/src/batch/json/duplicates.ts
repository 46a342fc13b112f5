import type { TextFinding } from "../finding.ts";
import { removalOf } from "./removal.ts";
import { ContainerCursor, endOfString, stringAt } from "./cursor.ts";

/** More in one line say nothing new. */
const MAX_FINDINGS = 20;

interface OpenObject {
  open: number;
  /** Key → where it stands first. */
  keys: Map<string, number>;
}

/**
 * The keys that stand twice in one object, in the text of valid JSON. One pass, whatever the nesting. Asked only for
 * lines of which `compareKeys` says that there may be some.
 */
export function findDuplicateKeys(text: string): TextFinding[] {
  const findings: TextFinding[] = [];
  const stack: (OpenObject | null)[] = [];
  let position = 0;
  while (position < text.length && findings.length < MAX_FINDINGS) {
    const start = position;
    const character = text[start];
    position += 1;
    if (character === "{") stack.push({ open: start, keys: new Map() });
    else if (character === "[") stack.push(null);
    else if (character === "}" || character === "]") stack.pop();
    else if (character === '"') {
      position = endOfString(text, start);
      const object = stack.at(-1);
      if (object && isKey(text, position)) look(text, object, start, position, findings);
    }
  }
  return findings;
}

function isKey(text: string, end: number): boolean {
  let position = end;
  while (text.charCodeAt(position) <= 0x20) position += 1;
  return text[position] === ":";
}

function look(text: string, { open, keys }: OpenObject, start: number, end: number, findings: TextFinding[]): void {
  const key = stringAt(text, start, end) ?? "";
  const first = keys.get(key);
  if (first === undefined) keys.set(key, start);
  else findings.push(duplicate(text, open, first, start, end));
}

function duplicate(text: string, open: number, first: number, start: number, end: number): TextFinding {
  const name = text.slice(start, Math.min(end, start + 60));
  const removal = removeEarlier(text, open, first, start);
  return {
    code: "line.duplicateKey",
    severity: "warning",
    message: `The key ${name} stands twice in this object. The last one counts, what came before it is lost.`,
    start,
    end,
    ...(removal && { fix: removal }),
  };
}

/** Equal values: certain. Different ones: what the engine would do, but a person should say which was meant. */
function removeEarlier(text: string, open: number, first: number, later: number): TextFinding["fix"] {
  const cursor = new ContainerCursor(text, open);
  let value: string | undefined;
  while (cursor.next()) {
    if (cursor.keyStart === first) value = text.slice(cursor.start, cursor.end);
    if (cursor.keyStart !== later) continue;
    const equal = value === text.slice(cursor.start, cursor.end);
    const edit = removalOf(text, open, (child) => child.keyStart === first);
    return edit === null
      ? undefined
      : { kind: equal ? "safe" : "suggested", title: "Remove the one that is not used", edits: [edit] };
  }
  return undefined;
}
