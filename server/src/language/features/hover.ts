import { MarkupKind, type Hover } from "vscode-languageserver";
import type { JsonPath } from "../../batch/finding.ts";
import { isOnlyOfVllm } from "../../batch/body/schema.ts";
import type { BodyKind } from "../../batch/endpoints.ts";
import { answerFor } from "../../batch/models/resolveModel.ts";
import { describeType } from "../describeType.ts";
import { fieldSchemasAt } from "../fieldSchema.ts";
import { fieldDocOf } from "../fieldDocs.ts";
import type { Position } from "../document/lines.ts";
import type { OpenFile } from "../openFile.ts";
import { requestPlaceAt, type RequestPlace } from "../requestPlace.ts";

/** What a field does, or what a model is, at the cursor. null where there is nothing to say. */
export function hoverOf(file: OpenFile, position: Position): Hover | null {
  const place = requestPlaceAt(file, position);
  if (place === null || place.start === place.end) return null;
  const text = textOf(file, place);
  return text === null ? null : { contents: { kind: MarkupKind.Markdown, value: text }, range: place.range };
}

function textOf(file: OpenFile, place: RequestPlace): string | null {
  const path = place.role === "key" && place.key !== null ? [...place.path, place.key] : place.path;
  if (place.role === "value" && path.join(".") === "body.model") return modelText(file, nameIn(place));
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
  const isOnlyOurs = kind !== null && path.length === 2 && typeof field === "string" && isOnlyOfVllm(field, kind);
  return [
    `**${name}**${type === "" ? "" : ` — ${type}`}`,
    doc.text,
    ...(doc.default === undefined ? [] : [`Left out: ${doc.default}`]),
    ...(doc.seeAlso === undefined ? [] : [`See also: ${doc.seeAlso}`]),
    ...(isOnlyOurs ? ["vLLM only: OpenAI refuses it."] : []),
  ].join("\n\n");
}

/** Type, limits and choices in words; empty where there is nothing to say. */
export function typeText(kind: BodyKind | null, path: JsonPath): string {
  if (kind === null) return "";
  return fieldDocOf(kind, path)?.type ?? describeType(fieldSchemasAt(kind, path), kind);
}

function modelText(file: OpenFile, name: string): string | null {
  const { action, model, candidates, gated, why } = answerFor(name, file.settings.modelNames);
  const lines = [`**${escaped(name)}**`, why];
  if (action !== "keep" && model !== null) {
    lines.push(candidates.map((candidate) => `- [${candidate}](https://huggingface.co/${candidate})`).join("\n"));
  }
  if (gated === true) lines.push("Gated: its publisher asks you to accept a licence first, and vLLM needs your token.");
  return lines.join("\n\n");
}

/** A name from the file must not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, "\\$&").replace(/\s+/g, " ");
}
