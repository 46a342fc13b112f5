/** What is wrong with a profile, and where. */
export interface ProfileProblem {
  /** The file, or how the profile came in. */
  source: string;
  /** Path of the field, `flags.max-num-seqs`; empty: the whole file. */
  field: string;
  /** What was expected, what is there, what to do. */
  message: string;
}

export function problemText({ source, field, message }: ProfileProblem): string {
  return field === "" ? `${source}: ${message}` : `${source}: ${field}: ${message}`;
}
