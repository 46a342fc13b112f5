import { commonOptions } from "./parseArguments.ts";
import type { OptionSpecs, Verb } from "./verb.ts";

/** `vllm-batch --help`: all verbs, a line each. */
export function programHelp(verbs: readonly Verb[], version: string): string {
  const width = Math.max(...verbs.map((verb) => verb.name.length));
  return [
    `vLLM Batch ${version}: check, fix and run batch files on your own vLLM, and never lose a result.`,
    "",
    "Usage: vllm-batch VERB …",
    "",
    ...verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`),
    "",
    "First steps:",
    "  vllm-batch validate requests.jsonl              what is wrong with this file?",
    "  vllm-batch fix requests.jsonl -o fixed.jsonl    mend what can be mended safely",
    "  vllm-batch run fixed.jsonl --endpoint http://127.0.0.1:8000",
    "",
    "Exit codes: 0 done · 1 the answer is no · 2 wrong usage · 3 input cannot be used ·",
    "            4 engine failed for good · 5 stopped, can be resumed · 70 a bug of ours",
    "`vllm-batch VERB --help` explains a verb.",
  ].join("\n");
}

/** `vllm-batch VERB --help`. */
export function verbHelp(verb: Verb): string {
  const lines = [
    `Usage: vllm-batch ${usage(verb)}`,
    "",
    verb.description,
    "",
    "Options:",
    ...optionLines(verb.options),
  ];
  if (verb.examples.length > 0) {
    lines.push("", "Examples:");
    for (const example of verb.examples) lines.push(`  # ${example.shows}`, `  ${example.command}`);
  }
  return lines.join("\n");
}

/** The verb with its positionals: `validate FILE… [options]`. */
export function usage(verb: Verb): string {
  return [verb.name, verb.positionals, "[options]"].filter((part) => part !== "").join(" ");
}

function optionLines(options: OptionSpecs): string[] {
  const all: OptionSpecs = { ...options, ...commonOptions };
  const rows = Object.entries(all).map(([name, spec]) => {
    const { short, value } = spec;
    const head = `${short === undefined ? "    " : `-${short}, `}--${name}${spec.type === "string" ? ` ${value ?? "VALUE"}` : ""}`;
    return { head, help: spec.help };
  });
  const width = Math.min(34, Math.max(...rows.map((row) => row.head.length)));
  return rows.map(({ head, help }) =>
    head.length > width ? `  ${head}\n  ${" ".repeat(width)}  ${help}` : `  ${head.padEnd(width)}  ${help}`,
  );
}
