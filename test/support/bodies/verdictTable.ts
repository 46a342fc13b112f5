import { readFile } from "node:fs/promises";
import path from "node:path";
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import { property } from "../../../server/src/util/unknown.ts";
import type { Verdict } from "./agreement.ts";
import { audioKinds, generatingKinds, type MadeBody, poolingKinds } from "./madeBody.ts";
import { systematicBodies } from "./systematic.ts";
import { writtenBodies } from "./written.ts";

/** What a version of vLLM said of the bodies that are always the same, so that unit tests need no engine. */
export interface VerdictTable {
  vllm: string;
  /** The fields of the request models of each kind: all others are ignored. */
  fields: Readonly<Record<string, readonly string[]>>;
  /** By kind and place, a sign for each value in turn: + accepted, - refused. */
  verdicts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const allKinds: readonly BodyKind[] = [...generatingKinds, ...poolingKinds, ...audioKinds];

/** The bodies of the table. */
export function* tabledBodies(kind: BodyKind): Generator<MadeBody> {
  yield* systematicBodies(kind);
  yield* writtenBodies(kind);
}

const folder = path.resolve(import.meta.dirname, "../../real/verdicts");

/** `0.32.0` for `0.32.0+cpu`. */
export function tableFile(version: string): string {
  return path.join(folder, `${version.split("+")[0] ?? version}.json`);
}

export async function readTable(version: string): Promise<VerdictTable> {
  return JSON.parse(await readFile(tableFile(version), "utf8")) as VerdictTable;
}

/** One place a line, so that a change of heart of vLLM's is a line in a diff. */
export function writeTable({ vllm, fields, verdicts }: VerdictTable): string {
  const lists = Object.entries(fields).map(([kind, names]) => `    ${JSON.stringify(kind)}: ${JSON.stringify(names)}`);
  const kinds = Object.entries(verdicts).map(([kind, places]) => {
    const lines = Object.entries(places).map(
      ([place, signs]) => `      ${JSON.stringify(place)}: ${JSON.stringify(signs)}`,
    );
    return `    ${JSON.stringify(kind)}: {\n${lines.join(",\n")}\n    }`;
  });
  const parts = [`  "fields": {\n${lists.join(",\n")}\n  }`, `  "verdicts": {\n${kinds.join(",\n")}\n  }`];
  return `{\n  "vllm": ${JSON.stringify(vllm)},\n${parts.join(",\n")}\n}\n`;
}

/** The signs of bodies that stand in the order of `tabledBodies`. */
export function toSigns(bodies: Iterable<MadeBody>, verdictOf: (body: MadeBody) => Verdict): Record<string, string> {
  const signs: Record<string, string> = {};
  for (const body of bodies) {
    signs[body.place] = (signs[body.place] ?? "") + (verdictOf(body) === "accepted" ? "+" : "-");
  }
  return signs;
}

/** The bodies of a kind with their verdicts. Throws when the table is of other bodies: it must be made anew. */
export function* withVerdicts(table: VerdictTable, kind: BodyKind): Generator<{ body: MadeBody; verdict: Verdict }> {
  const seen = new Map<string, number>();
  for (const body of tabledBodies(kind)) {
    const index = seen.get(body.place) ?? 0;
    seen.set(body.place, index + 1);
    const signs = property(table.verdicts[kind], body.place);
    const sign = typeof signs === "string" ? signs[index] : undefined;
    if (sign === undefined) throw new Error(`The table has no verdict on ${kind}, ${body.place}: ${body.value}.`);
    yield { body, verdict: sign === "+" ? "accepted" : "refused" };
  }
}
