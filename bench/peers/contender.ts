/** A program that takes a file of prompts through a chat endpoint and saves the answers. */
export interface Contender {
  name: string;
  /** Makes it ready to be started; throws with the reason when it cannot be. */
  install(log: (line: string) => void): Promise<void>;
  /** Writes its input file in its own format. */
  prepare(job: Job): Promise<void>;
  /** How to start it, the first time or again after it was killed. */
  command(job: Job, life: "first" | "again"): Command;
  /** Where its answers are, or null while there is no such file. */
  answersFile(job: Job): Promise<string | null>;
  /** The files whose last change says when the last answer was saved. */
  savedFiles(job: Job): Promise<string[]>;
}

export interface Job {
  /** Empty at the start; its input, its output and whatever else it keeps. */
  folder: string;
  url: string;
  requests: number;
  inFlight: number;
}

export interface Command {
  file: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}
