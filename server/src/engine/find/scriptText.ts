/**
 * The Python that a `vllm` script starts, as its first lines name it. null: another kind of program, or one that looks
 * Python up somewhere else.
 */
export function interpreterOf(script: string): string | null {
  const [first = "", second = ""] = script.split("\n", 2);
  if (!first.startsWith("#!")) return null;
  const words = first.slice(2).trim().split(/\s+/);
  const [program = ""] = words;
  // Where the path is too long for a first line, installers write a script for sh: '''exec' "/path/python" "$0" "$@"
  if (program === "/bin/sh") return /^'''exec' "?([^"]{1,4096}?)"? "\$0"/.exec(second)?.[1] ?? null;
  return program.startsWith("/") && /python[0-9.]*$/.test(program) ? program : null;
}

/** The version in the name of the folder of vLLM's metadata: `vllm-0.32.0+cpu.dist-info`. null: it is not that. */
export function metadataVersion(name: string): string | null {
  return /^vllm-([0-9][0-9A-Za-z.+!_]*)\.dist-info$/.exec(name)?.[1] ?? null;
}
