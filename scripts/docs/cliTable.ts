import { usage } from "../../server/src/cli/help.ts";
import type { OptionSpecs, Verb } from "../../server/src/cli/verb.ts";

const begin = "<!-- cli table: made by `npm run docs` -->";
const end = "<!-- end of cli table -->";

/** The README with its table of verbs brought up to date. Throws when the README has lost its marks. */
export function withCliTable(readme: string, verbs: readonly Verb[]): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from === -1 || to < from) throw new Error(`README.md lacks "${begin}" or "${end}"`);
  return `${readme.slice(0, from + begin.length)}\n\n${cliTable(verbs)}\n\n${readme.slice(to)}`;
}

function cliTable(verbs: readonly Verb[]): string {
  const rows = verbs.map((verb) => {
    const call = usage(verb).replace(" [options]", "");
    return `| \`${escape(call)}\` | ${escape(verb.summary)} | ${optionList(verb.options)} |`;
  });
  return ["| verb | what it does | options |", "| --- | --- | --- |", ...rows].join("\n");
}

function optionList(options: OptionSpecs): string {
  return Object.entries(options)
    .map(
      ([name, { type, value }]) => `\`${escape(type === "string" ? `--${name} ${value ?? "VALUE"}` : `--${name}`)}\``,
    )
    .join(" ");
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
