import type { AnyFinding, TextFinding } from "../../batch/finding.ts";
import { customIdOf } from "../../batch/problems.ts";
import { duplicateCustomId } from "../../batch/rules/customId.ts";
import type { RecordSink, SourceRecord } from "../../batch/records/record.ts";
import type { BatchDocument } from "./batchDocument.ts";
import { DUPLICATE, lineOf } from "./documentLedger.ts";
import { findingsOf, type RequestFacts, type Unit } from "./unit.ts";

/** One request of a document with everything that was found in it. */
export interface JudgedRequest {
  facts: RequestFacts;
  record: SourceRecord;
  customId: string | null;
  findings: readonly AnyFinding[];
}

export interface JudgedUnit {
  requests: readonly JudgedRequest[];
  /** What is wrong between the elements of an array; lines from 1. */
  between: readonly { line: number; finding: TextFinding }[];
}

/** Reads a unit once more and tells all: findings with their fixes, which are too large to be kept for a whole file. */
export function judgeUnit(document: BatchDocument, unit: Unit): JudgedUnit {
  const { ignored } = document.settings;
  const requests: JudgedRequest[] = [];
  const between: { line: number; finding: TextFinding }[] = [];
  const sink: RecordSink = {
    onBlank: () => undefined,
    onArray: () => undefined,
    onArrayProblem: (line, finding) => {
      if (!ignored.has(finding.code)) between.push({ line, finding });
    },
    onRecord: (record) => {
      const facts = unit.requests[requests.length];
      if (facts === undefined) throw new Error("A unit was read again and has another request.");
      const findings: AnyFinding[] = [];
      findingsOf(record, document.judge, findings);
      const duplicate = duplicateOf(document, facts);
      if (duplicate !== null) findings.push(duplicate);
      const told = findings.filter(({ code }) => !ignored.has(code));
      requests.push({ facts, record, customId: customIdOf(record), findings: told });
    },
  };
  document.readAgain(unit, sink);
  return { requests, between };
}

/** What is wrong with a request's id when an earlier request has it. */
export function duplicateOf({ ledger, settings }: BatchDocument, facts: RequestFacts): AnyFinding | null {
  const { customId } = facts;
  const first = settings.ignored.has(DUPLICATE) ? null : ledger.firstHolder(facts);
  if (customId === null || first === null) return null;
  const line = lineOf(facts) + 1;
  let freeId = `${customId}-${line}`;
  for (let more = 2; ledger.isTaken(freeId); more += 1) freeId = `${customId}-${line}-${more}`;
  return duplicateCustomId(customId, { firstLine: lineOf(first) + 1, freeId });
}
