import { MarkupKind, type Hover } from "vscode-languageserver";
import type { JsonPath } from "../../batch/finding.ts";
import { isOnlyOfVllm } from "../../batch/body/schema.ts";
import type { BodyKind } from "../../batch/endpoints.ts";
import { describeType } from "../describeType.ts";
import { fieldSchemasAt } from "../fieldSchema.ts";
import { fieldDocOf } from "../fieldDocs.ts";
import type { Position } from "../document/lines.ts";
import type { OpenFile } from "../openFile.ts";
import { requestPlaceAt, type RequestPlace } from "../requestPlace.ts";
import { modelText } from "./modelText.ts";

/** What a field does, or what a model is, at the cursor. null where there is nothing to say. */
export function hoverOf(file: OpenFile, position: Position): Hover | null {
  const place = requestPlaceAt(file, position);
  if (place === null || place.start === place.end) return null;
  const text = textOf(file, place);
  return text === null ? null : { contents: { kind: MarkupKind.Markdown, value: text }, range: place.range };
}

function textOf(file: OpenFile, place: RequestPlace): string | null {
  const path = place.role === "key" && place.key !== null ? [...place.path, place.key] : place.path;
  if (place.role === "value" && path.join(".") === "body.model")
    return modelText(nameIn(place), file.settings.modelNames);
  return fieldText(place.kind, path);
}

function nameIn({ text, start, end }: RequestPlace): string {
  return text.slice(start, end).replace(/^"|"$/g, "");
}

/** Markdown: what a field does, its type, its default. Texts of ours only: nothing of the file is in it. */
export function fieldText(kind: BodyKind | null, path: JsonPath): string | null {
  const doc = fieldDocOf(kind, path);
  if (doc === null) return null;
  const [, field] = path;
  const name = path
    .filter((step) => typeof step === "string")
    .slice(field === undefined ? 0 : 1)
    .join(".");
  const type = typeText(kind, path);
  const isOnlyOurs = kind !== null && typeof field === "string" && isUnknownToOpenAi(kind, path, field);
  const ignored = kind === null ? undefined : ignoredBecause(kind, path);
  return [
    `**${name}**${type === "" ? "" : ` — ${type}`}`,
    doc.text,
    ...(doc.default === undefined ? [] : [`Left out: ${doc.default}`]),
    ...(doc.seeAlso === undefined ? [] : [`See also: ${doc.seeAlso}`]),
    ...(ignored === undefined ? [] : [`Ignored by vLLM: ${ignored}.`]),
    ...(isOnlyOurs ? ["vLLM only: OpenAI refuses it."] : []),
  ].join("\n\n");
}

/** Type, limits and choices in words; empty where there is nothing to say. */
export function typeText(kind: BodyKind | null, path: JsonPath): string {
  if (kind === null) return "";
  return fieldDocOf(kind, path)?.type ?? describeType(fieldSchemasAt(kind, path), kind);
}

function isUnknownToOpenAi(kind: BodyKind, path: JsonPath, field: string): boolean {
  if (path.length === 2) return isOnlyOfVllm(field, kind);
  const schemas = fieldSchemasAt(kind, path);
  return schemas.length > 0 && schemas.every((schema) => schema["x-vllm"] === true);
}

/** Why a field has no effect in vLLM, whatever its value. */
function ignoredBecause(kind: BodyKind, path: JsonPath): string | undefined {
  const reasons = fieldSchemasAt(kind, path).map((schema) => schema["x-ignored"]);
  return reasons.find((reason) => reason !== undefined);
}
