import { ReadingAssembler } from "../nvidia/assembler.ts";
import { explainExit } from "../nvidia/messages.ts";
import { queryArguments, queryColumns } from "../nvidia/query.ts";
import { LONG_LIFE_MS, restartDelayMs } from "../nvidia/restarts.ts";
import type { GpuFindings } from "../reading.ts";
import { startChildLines, type ChildEnd, type ChildLines } from "./childLines.io.ts";
import { noAnswer, type FoundTool, type GpuWorld } from "./tools.io.ts";

/** A process in the kernel's hands cannot be killed; nobody should wait for it. */
const STOP_GRACE_MS = 2_000;

export interface SourceOptions {
  found: FoundTool;
  world: GpuWorld;
  intervalMs: number;
  deadlineMs: number;
  report: (findings: GpuFindings) => void;
}

export interface Stoppable {
  stop(): Promise<void>;
}

/** nvidia-smi in its loop: one child that prints a round of lines at each interval, started again when it ends. */
export function startNvidiaStream(options: SourceOptions): Stoppable {
  const stream = new NvidiaStream(options);
  stream.start();
  return stream;
}

/** One process of nvidia-smi. */
interface Life {
  begun: number;
  assembler: ReadingAssembler;
  /** The newest reading of this life told what is wrong, so that its end need not. */
  saidWhy: boolean;
}

class NvidiaStream implements Stoppable {
  readonly #options: SourceOptions;
  readonly #unknown = new Set<string>();
  #child: ChildLines | null = null;
  #shortLives = 0;
  #stopped = false;
  #cancelDeadline: () => void = () => undefined;
  #cancelRestart: () => void = () => undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#stopped) return;
    const { found, world, intervalMs } = this.#options;
    const columns = queryColumns(this.#unknown);
    const life = { begun: world.clock.now(), assembler: new ReadingAssembler(columns), saidWhy: false };
    const child = startChildLines({
      ...{ command: found.path, args: queryArguments(columns, intervalMs), env: world.env },
      onLine: (line, unfinished) => {
        this.#awaitLine(child, life);
        // Half a row has numbers that were cut off in the middle.
        if (unfinished && line.includes(",")) return;
        for (const findings of life.assembler.push(line)) this.#report(life, findings);
      },
    });
    this.#child = child;
    this.#awaitLine(child, life);
    void child.ended.then((end) => this.#ended(life, end));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelDeadline();
    this.#cancelRestart();
    if (this.#child === null) return;
    this.#child.kill();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#options.world.clock.after(STOP_GRACE_MS, () => resolve(undefined));
    await Promise.race([this.#child.ended, promise]);
    cancel();
  }

  #report(life: Life, findings: GpuFindings): void {
    life.saidWhy = findings.fault !== null;
    this.#options.report(findings);
  }

  #awaitLine(child: ChildLines, life: Life): void {
    const { world, deadlineMs, found } = this.#options;
    this.#cancelDeadline();
    this.#cancelDeadline = world.clock.after(deadlineMs, () => {
      const { gpus = [], fault = null } = life.assembler.flush() ?? {};
      const silence = noAnswer(found.tool, deadlineMs);
      this.#report(life, { gpus, fault: fault === null ? silence : `${fault} ${silence}` });
      child.kill();
    });
  }

  /** Only now, when it is gone, another is started: of those that cannot be killed there shall be one at most. */
  #ended(life: Life, end: ChildEnd): void {
    this.#cancelDeadline();
    this.#child = null;
    if (this.#stopped) return;
    if (life.assembler.refused !== null) {
      this.#unknown.add(life.assembler.refused);
      this.start();
      return;
    }
    const rest = life.assembler.flush();
    if (rest !== null) this.#report(life, rest);
    if (!life.saidWhy) this.#report(life, { gpus: [], fault: explainExit(end.code, end.signal, life.assembler.said) });
    this.#restartLater(life);
  }

  #restartLater({ begun }: Life): void {
    const { clock } = this.#options.world;
    const wasLong = clock.now() - begun >= LONG_LIFE_MS;
    const delayMs = restartDelayMs(wasLong ? 0 : this.#shortLives);
    this.#shortLives = wasLong ? 0 : this.#shortLives + 1;
    this.#cancelRestart = clock.after(delayMs, () => this.start());
  }
}
