/** A program that takes a file of prompts through a chat endpoint and saves the answers. */
export interface Contender {
  name: string;
  /** Makes it ready to be started; throws with the reason when it cannot be. */
  install(log: (line: string) => void): Promise<void>;
  /** Writes its input file in its own format. */
  prepare(job: Job): Promise<void>;
  /** How to start it, the first time or again after it was killed. */
  command(job: Job, life: "first" | "again"): Command;
  /** The file that it saves its answers in, or null while there is none. */
  answersFile(job: Job): Promise<string | null>;
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
