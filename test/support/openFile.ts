import type { Position } from "../../server/src/language/document/lines.ts";
import { OpenFile } from "../../server/src/language/openFile.ts";
import { defaultSettings, type LanguageSettings } from "../../server/src/language/settings.ts";

/** A request as people write it; `body` and the line may be changed. */
export function requestLine(id: string, body: object = {}, line: object = {}): string {
  const whole = { model: "Qwen/Qwen3-8B", messages: [{ role: "user", content: "Hi" }], ...body };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body: whole, ...line });
}

/** A file that is open and was read. */
export function openFile(text: string, settings: Partial<LanguageSettings> = {}): OpenFile {
  const at = { uri: "file:///work/batch.jsonl", path: "/work/batch.jsonl", version: 1 };
  const file = new OpenFile(at, text, { ...defaultSettings, ...settings });
  file.checked?.document.readOn(() => true);
  return file;
}

/** A file, and the place of the mark | in it, which is not part of the text. */
export function openAt(
  marked: string,
  settings: Partial<LanguageSettings> = {},
): { file: OpenFile; position: Position } {
  const offset = marked.indexOf("|");
  const before = marked.slice(0, offset).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { file: openFile(marked.replace("|", ""), settings), position };
}
