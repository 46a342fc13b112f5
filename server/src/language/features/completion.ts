import { CompletionItemKind, InsertTextFormat, type CompletionItem, type Range } from "vscode-languageserver";
import { endpointUrls, urlsOf } from "../../batch/endpoints.ts";
import type { Schema } from "../../batch/body/schema.ts";
import { modelIndex } from "../../batch/models/modelIndex.ts";
import { valuesOf } from "../describeType.ts";
import { fieldDocOf } from "../fieldDocs.ts";
import { fieldsAt, fieldSchemasAt } from "../fieldSchema.ts";
import type { Position } from "../document/lines.ts";
import type { OpenFile } from "../openFile.ts";
import { requestPlaceAt, type RequestPlace } from "../requestPlace.ts";
import { fieldText, typeText } from "./hover.ts";

/** What the editor's surroundings know: the language server itself asks nobody. */
export interface CompletionWorld {
  /** Models that an engine at hand serves. */
  servedModels: readonly string[];
}

const requestFields = ["custom_id", "method", "url", "body"];

/** What may stand at the cursor. */
export function completionsOf(file: OpenFile, position: Position, world: CompletionWorld): CompletionItem[] {
  const place = requestPlaceAt(file, position);
  if (place === null || place.role === "none") return [];
  if (place.path.length === 0 && place.role === "value")
    return place.text.trim() === "" ? [wholeRequest(file, place)] : [];
  return place.role === "key" ? keyItems(place) : valueItems(file, place, world);
}

function keyItems(place: RequestPlace): CompletionItem[] {
  const names = place.path.length === 0 ? requestFields : place.path[0] === "body" ? bodyFields(place) : [];
  return names
    .filter((name) => !place.siblings.has(name))
    .map((name, index) => {
      const schemas = schemasOf(place, name);
      const isIdle = schemas.some((schema) => schema["x-ignored"] !== undefined);
      const documentation = fieldText(place.kind, [...place.path, name]);
      const value = place.hasColon ? "" : `: ${valueSnippet(name, schemas)}`;
      return {
        label: name,
        kind: CompletionItemKind.Property,
        detail: typeText(place.kind, [...place.path, name]),
        // Those that have no effect come last.
        sortText: `${isIdle ? "z" : "a"}${String(index).padStart(4, "0")}`,
        filterText: `"${name}"`,
        insertTextFormat: InsertTextFormat.Snippet,
        textEdit: { range: place.range, newText: `"${name}"${value}` },
        ...(documentation !== null && { documentation: { kind: "markdown" as const, value: documentation } }),
        ...(isIdle && { tags: [1 as const] }),
      };
    });
}

function bodyFields({ kind, path }: RequestPlace): string[] {
  return kind === null ? ["model"] : [...fieldsAt(kind, path).keys()];
}

function schemasOf({ kind, path }: RequestPlace, name: string): Schema[] {
  return kind === null || path[0] !== "body" ? [] : fieldSchemasAt(kind, [...path, name]);
}

function valueSnippet(name: string, schemas: readonly Schema[]): string {
  if (name === "method") return '"POST"';
  if (name === "body") return '{"model": "$1"}';
  const types = new Set(schemas.flatMap(({ type }) => type ?? []));
  if (requestFields.includes(name) || types.has("string") || schemas.some((schema) => schema.enum !== undefined)) {
    return types.has("boolean") ? "$1" : '"$1"';
  }
  if (types.has("array")) return "[$1]";
  return types.has("object") ? "{$1}" : "$1";
}

function valueItems(file: OpenFile, place: RequestPlace, world: CompletionWorld): CompletionItem[] {
  switch (place.path.join(".")) {
    case "method":
      return [valueItem(place, "POST", 0)];
    case "url":
      return urlsOf(file.settings.target).map((url, index) => valueItem(place, url, index));
    case "body.model":
      return modelItems(file, place, world);
    default:
      return place.path[0] === "body" ? enumItems(place) : [];
  }
}

function modelItems(file: OpenFile, place: RequestPlace, { servedModels }: CompletionWorld): CompletionItem[] {
  const groups: [string, Iterable<string>][] = [
    ["served by the engine at hand", servedModels],
    ["in this file", Object.keys(file.checked?.document.ledger.models ?? {})],
    ["in your own names", Object.values(file.settings.modelNames)],
    ["Hugging Face", knownModels()],
  ];
  const current = JSON.stringify(place.text.slice(place.start, place.end));
  const seen = new Set<string>();
  const items: CompletionItem[] = [];
  for (const [detail, names] of groups) {
    for (const name of names) {
      if (seen.has(name) || JSON.stringify(JSON.stringify(name)) === current) continue;
      seen.add(name);
      items.push({ ...valueItem(place, name, items.length), detail });
    }
  }
  return items;
}

function* knownModels(): Generator<string> {
  for (const original of modelIndex().originals.values()) if (original !== null) yield original.model;
}

function enumItems(place: RequestPlace): CompletionItem[] {
  const { kind, path } = place;
  if (kind === null) return [];
  const schemas = fieldSchemasAt(kind, path);
  const isBoolean = schemas.some(({ type }) => type === "boolean" || (Array.isArray(type) && type.includes("boolean")));
  const values = [...valuesOf(schemas), ...(fieldDocOf(kind, path)?.values ?? []), ...(isBoolean ? [true, false] : [])];
  return [...new Set(values)].map((value, index) => valueItem(place, value, index));
}

function valueItem({ range }: { range: Range }, value: unknown, index: number): CompletionItem {
  const text = JSON.stringify(value);
  return {
    label: String(value),
    kind: CompletionItemKind.Value,
    sortText: String(index).padStart(6, "0"),
    filterText: text,
    textEdit: { range, newText: text },
  };
}

/** What stands between the quotes. */
function inString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Text of the file must not become a place to fill in (LSP 3.17, Snippet Syntax). */
function inSnippet(text: string): string {
  return text.replace(/[$}\\]/g, "\\$&");
}

/** A new request like those of the file: on an empty line. */
function wholeRequest({ checked }: OpenFile, { range }: RequestPlace): CompletionItem {
  const { models, urls, requests } = checked?.document.ledger ?? { models: {}, urls: {}, requests: 0 };
  const [model = ""] = Object.keys(models);
  const [url = endpointUrls[0]] = Object.keys(urls);
  const line =
    `{"custom_id": "\${1:request-${requests + 1}}", "method": "POST", "url": ${inSnippet(JSON.stringify(url))}, ` +
    `"body": {"model": "\${2:${inSnippet(inString(model))}}", "messages": [{"role": "user", "content": "$3"}]}}`;
  return {
    label: "request",
    kind: CompletionItemKind.Snippet,
    detail: "A new request",
    filterText: "{request",
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: { range, newText: line },
  };
}
