import type { ExitFacts, ProcessIdentity } from "../../../protocol/engine.ts";
import type { EngineProcess, StopOptions } from "../engineProcess.ts";
import type { LogFollower } from "./followLog.io.ts";
import type { Members } from "./members.io.ts";
import { identityOf } from "./processTable.io.ts";
import { stopMembers } from "./stopMembers.io.ts";

const AFTERMATH_POLL_MS = 500;

export interface HandleParts {
  identity: ProcessIdentity;
  members: Members;
  log: LogFollower;
  logFile: string;
  logStart: number;
  /** The end of the leader, as soon as it is noticed. Never rejects. */
  ended: Promise<ExitFacts>;
  /** Whatever else would keep this process alive for it. */
  letGo: () => void;
}

/** What is the same for an engine that we started and for one that we adopted. */
export class EngineHandle implements EngineProcess {
  readonly identity: ProcessIdentity;
  readonly logFile: string;
  readonly logStart: number;
  readonly exited: Promise<ExitFacts>;
  readonly #parts: HandleParts;
  #stopping: Promise<void> | undefined;
  #stopDeadline = Infinity;
  #aftermath: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: HandleParts) {
    this.#parts = parts;
    this.identity = parts.identity;
    this.logFile = parts.logFile;
    this.logStart = parts.logStart;
    this.exited = parts.ended.then((facts) => this.#afterEnd(facts));
  }

  async members(): Promise<ProcessIdentity[]> {
    return (await this.#parts.members.find()).map(identityOf);
  }

  lastLines(count: number): readonly string[] {
    return this.#parts.log.lines.last(count);
  }

  listen(listener: (line: string) => void): () => void {
    return this.#parts.log.lines.listen(listener);
  }

  transcript(): Promise<string> {
    return this.#parts.log.transcript();
  }

  get logFault(): string | null {
    return this.#parts.log.fault;
  }

  stop({ graceMs }: StopOptions): Promise<void> {
    this.#stopDeadline = Math.min(this.#stopDeadline, performance.now() + graceMs);
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  letGo(): void {
    this.#isOver = true;
    clearTimeout(this.#aftermath);
    this.#parts.letGo();
    void this.#parts.log.close();
  }

  async #stop(): Promise<void> {
    try {
      await stopMembers(this.#parts.members, this.identity.pid, () => this.#stopDeadline);
    } catch (error) {
      // Who asks again later gets another try.
      this.#stopping = undefined;
      this.#stopDeadline = Infinity;
      throw error;
    }
    await this.#parts.ended;
    await this.#over();
  }

  async #afterEnd(facts: ExitFacts): Promise<ExitFacts> {
    if (this.#isOver) return facts;
    const isEmpty = await hasNone(this.#parts.members.childEnded());
    await this.#parts.log.drain();
    if (isEmpty) await this.#over();
    else this.#lookAgain();
    return facts;
  }

  /** Others of the group may go on, and print, after their leader. */
  #lookAgain(): void {
    if (this.#isOver) return;
    this.#aftermath = setTimeout(() => {
      void hasNone(this.#parts.members.glance()).then((isEmpty) => (isEmpty ? this.#over() : this.#lookAgain()));
    }, AFTERMATH_POLL_MS);
  }

  async #over(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#aftermath);
    await this.#parts.log.close();
  }
}

/** That we cannot look (too many open files) does not say that nobody is there. */
async function hasNone(members: Promise<readonly unknown[]>): Promise<boolean> {
  return await members.then(
    (found) => found.length === 0,
    () => false,
  );
}
