import { ExitCode } from "../../protocol/exitCode.ts";
import { plural } from "../check/problemText.ts";
import type { CliContext, OptionSpecs } from "../verb.ts";

/** What `copy` and `split` answer: the files that they made, or would have made but for those that exist. */
export interface MadeFiles {
  /** `requests` is null where they are as many as in the file they were made of. */
  files: readonly { file: string; requests: number | null; model: string | null }[];
  /** Not empty: nothing was written. */
  existing: readonly string[];
}

export const madeFilesOptions = {
  out: { type: "string", value: "DIR", help: "Put the files there (default: beside FILE)." },
  overwrite: { type: "boolean", help: "Replace files that exist. Without it, nothing is written when there are any." },
  json: { type: "boolean", help: "One JSON document: {files: [{file, requests, model}], existing: […]}." },
} as const satisfies OptionSpecs;

/** Tells what was made. Exit code 1: nothing was, since files of these names exist. */
export function tellMade(
  { files, existing }: MadeFiles,
  json: boolean,
  cli: Pick<CliContext, "print" | "say">,
): ExitCode {
  if (json) cli.print(JSON.stringify({ files, existing }));
  if (existing.length > 0) {
    cli.say(`Nothing was written, since there is ${existing.join(", ")} already. --overwrite replaces what is there.`);
    return ExitCode.no;
  }
  if (json) return ExitCode.ok;
  for (const { file, requests } of files) {
    cli.print(requests === null ? file : `${file}  ${plural(requests, "request")}`);
  }
  return ExitCode.ok;
}
