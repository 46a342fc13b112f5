import type { ProblemCounts, Severity } from "../../protocol/problem.ts";
import { RareUnits } from "./rareUnits.ts";
import { mayHave, type RequestFacts, type Unit, type Verdict } from "./unit.ts";

const severities: readonly Severity[] = ["error", "warning", "info"];

/** Requests with one id: the first of them has it by right. */
interface Sharers {
  first: RequestFacts;
  all: Set<RequestFacts>;
}

/** What is known of a document beyond single requests, kept up to date as units come and go. */
export class DocumentLedger {
  requests = 0;
  /** For a moment of an edit, the array that was and the one that is are both there. */
  #arrays = 0;
  #invalid = 0;
  #safelyFixable = 0;
  /** Requests whose id an earlier one has. */
  #duplicates = 0;
  readonly #counts: ProblemCounts = { error: 0, warning: 0, info: 0 };
  readonly #codes = new Counter();
  readonly #once = new Map<string, { severity: Severity; count: number }>();
  readonly #urls = new Counter();
  readonly #models = new Counter();
  readonly #holders = new Map<string, RequestFacts | Sharers>();
  readonly #rare: Readonly<Record<Severity, RareUnits>> = {
    error: new RareUnits(),
    warning: new RareUnits(),
    info: new RareUnits(),
  };
  readonly #tellsDuplicates: boolean;

  constructor({ tellsDuplicates }: { tellsDuplicates: boolean }) {
    this.#tellsDuplicates = tellsDuplicates;
  }

  /** The line numbers of this unit and of all others must be right. */
  add(unit: Unit): void {
    this.#sum(unit, 1);
    for (const request of unit.requests) this.#addHolder(request);
    this.#noteSeverities(unit);
  }

  /** The line numbers of all other units must be right. */
  remove(unit: Unit): void {
    this.#sum(unit, -1);
    for (const request of unit.requests) this.#removeHolder(request);
    for (const severity of severities) this.#rare[severity].delete(unit);
  }

  /** The units that may have problems of a severity, in the order of the file; null when they are many. */
  unitsWith(severity: Severity): Unit[] | null {
    return this.#rare[severity].inOrder();
  }

  /** Told ones only: what is told once per file counts once. */
  get counts(): ProblemCounts {
    const counts = { ...this.#counts };
    if (this.#tellsDuplicates) counts.error += this.#duplicates;
    for (const { severity, count } of this.#once.values()) counts[severity] -= count - 1;
    return counts;
  }

  get byCode(): Record<string, number> {
    const codes = this.#codes.toRecord();
    for (const code of this.#once.keys()) codes[code] = 1;
    if (this.#tellsDuplicates && this.#duplicates > 0) codes[DUPLICATE] = this.#duplicates;
    return codes;
  }

  get isArray(): boolean {
    return this.#arrays > 0;
  }

  get invalid(): number {
    return this.#invalid;
  }

  get safelyFixable(): number {
    return this.#safelyFixable;
  }

  get urls(): Record<string, number> {
    return this.#urls.toRecord();
  }

  get models(): Record<string, number> {
    return this.#models.toRecord();
  }

  /** The request that had this one's id before it; null when this is the first. */
  firstHolder(request: RequestFacts): RequestFacts | null {
    const holder = request.customId === null ? undefined : this.#holders.get(request.customId);
    return holder !== undefined && "all" in holder && holder.first !== request ? holder.first : null;
  }

  /** The request that has an id by right: the first with it. */
  holderOf(customId: string): RequestFacts | null {
    const holder = this.#holders.get(customId);
    if (holder === undefined) return null;
    return "all" in holder ? holder.first : holder;
  }

  isTaken(customId: string): boolean {
    return this.#holders.has(customId);
  }

  #sum(unit: Unit, sign: 1 | -1): void {
    if (unit.isArray) this.#arrays += sign;
    if (unit.between !== null) this.#sumVerdict(unit.between, sign);
    this.requests += sign * unit.requests.length;
    for (const { verdict, url, model } of unit.requests) {
      this.#sumVerdict(verdict, sign);
      if (verdict.isInvalid) this.#invalid += sign;
      if (url !== null) this.#urls.add(url, sign);
      if (model !== null) this.#models.add(model, sign);
    }
  }

  #sumVerdict({ counts, codes, once, safelyFixable }: Verdict, sign: 1 | -1): void {
    if (codes.length === 0) return;
    this.#counts.error += sign * counts.error;
    this.#counts.warning += sign * counts.warning;
    this.#counts.info += sign * counts.info;
    this.#safelyFixable += sign * safelyFixable;
    for (const code of codes) this.#codes.add(code, sign);
    for (const { code, severity } of once) {
      const count = (this.#once.get(code)?.count ?? 0) + sign;
      if (count === 0) this.#once.delete(code);
      else this.#once.set(code, { severity, count });
    }
  }

  #addHolder(request: RequestFacts): void {
    const { customId } = request;
    if (customId === null) return;
    const holder = this.#holders.get(customId);
    if (holder === undefined) {
      this.#holders.set(customId, request);
      return;
    }
    const sharers = "all" in holder ? holder : { first: holder, all: new Set([holder]) };
    if (sharers !== holder) this.#holders.set(customId, sharers);
    sharers.all.add(request);
    const isEarlier = lineOf(request) < lineOf(sharers.first);
    this.#setDuplicate(isEarlier ? sharers.first : request, 1);
    if (isEarlier) sharers.first = request;
  }

  #removeHolder(request: RequestFacts): void {
    const { customId } = request;
    const holder = customId === null ? undefined : this.#holders.get(customId);
    if (customId === null || holder === undefined) return;
    if (!("all" in holder)) {
      this.#holders.delete(customId);
      return;
    }
    holder.all.delete(request);
    if (holder.first === request) {
      holder.first = earliest(holder.all);
      this.#setDuplicate(holder.first, -1);
    } else {
      this.#setDuplicate(request, -1);
    }
    if (holder.all.size === 1) this.#holders.set(customId, holder.first);
  }

  #setDuplicate({ verdict, unit }: RequestFacts, sign: 1 | -1): void {
    this.#duplicates += sign;
    unit.duplicates += sign;
    if (!verdict.isInvalid) this.#invalid += sign;
    this.#noteSeverities(unit);
  }

  #noteSeverities(unit: Unit): void {
    for (const severity of severities) {
      if (mayHave(unit, severity)) this.#rare[severity].add(unit);
      else this.#rare[severity].delete(unit);
    }
  }
}

/** The one code that no request has by itself. */
export const DUPLICATE = "customId.duplicate";

/** From 0, in the document. */
export function lineOf({ unit, offset }: RequestFacts): number {
  return unit.line + offset;
}

function earliest(requests: ReadonlySet<RequestFacts>): RequestFacts {
  let first: RequestFacts | undefined;
  for (const request of requests) if (first === undefined || lineOf(request) < lineOf(first)) first = request;
  if (first === undefined) throw new Error("An id is shared by nobody.");
  return first;
}

class Counter {
  readonly #counts = new Map<string, number>();

  add(name: string, sign: 1 | -1): void {
    const count = (this.#counts.get(name) ?? 0) + sign;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
