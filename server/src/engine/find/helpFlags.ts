/**
 * The long names of the flags in the output of `vllm serve --help=all`, without dashes. null when the text is not that
 * list: newer versions print only the names of groups for a bare `--help`.
 */
export function helpFlags(help: string): ReadonlySet<string> | null {
  const flags = new Set<string>();
  for (const line of help.split("\n")) {
    if (!/^ {2,4}-/.test(line)) continue;
    for (const name of namesIn(line.trim())) flags.add(name);
  }
  const isWholeList = flags.size >= LEAST_FLAGS && flags.has("max-model-len") && flags.has("served-model-name");
  return isWholeList ? flags : null;
}

/** Fewer than any version had in years. */
const LEAST_FLAGS = 40;

/** `--a A, -b A, --c A   text`: names up to the column of the text. */
function namesIn(line: string): string[] {
  const [options = ""] = line.split(/ {2}/, 1);
  return options.split(/[\s,]+/).flatMap((word) => {
    const name = /^--([a-z][a-z0-9_-]*)$/i.exec(word)?.[1];
    // A dash or an underscore is the same to vLLM. `--json-arg` is an example in the help, not a flag.
    return name === undefined || name === "json-arg" ? [] : [name.replaceAll("_", "-")];
  });
}
