import type { CodeEntry } from "../../server/src/batch/codes/code.ts";
import { problemCodes } from "../../server/src/batch/codes/index.ts";
import type { MadeFile } from "./madeFile.ts";

const folder = "docs/problems";
const note = "<!-- Made by `npm run docs` from server/src/batch/codes. -->";
/** Longer examples say nothing more to a reader. */
const MAX_EXAMPLE_CHARACTERS = 1200;

/** A page for each problem code, and the list of them. */
export function problemPages(): MadeFile[] {
  const entries = problemCodes.flatMap(({ codes }) => codes);
  const pages = entries.map((entry) => ({ path: `${folder}/${entry.code}.md`, content: page(entry) }));
  return [{ path: `${folder}/README.md`, content: index() }, ...pages];
}

function index(): string {
  const sections = problemCodes.map(({ subject, codes }) => {
    const rows = codes.map((entry) => {
      const { code, severity, title, fix, target } = entry;
      return `| [\`${code}\`](${code}.md) | ${severity} | ${cell(title)} | ${fix ?? ""} | ${target ?? ""} |`;
    });
    const head = "| code | severity | what it says | fix | only for |\n| --- | --- | --- | --- | --- |";
    return `## ${subject}\n\n${head}\n${rows.join("\n")}`;
  });
  const intro = [
    "What `vllm-batch validate` can find in a batch file. An **error** keeps a request from being sent, a **warning** is",
    "something that works but probably not as meant, an **info** is a hint. `vllm-batch fix` makes the **safe** fixes, and",
    "with `--suggested` the **suggested** ones too. Codes that begin with `json.` or `encoding.` say that a line is not JSON",
    "(RFC 8259); those that begin with `file.` are about the whole file.",
  ].join("\n");
  return `${note}\n\n# Problems of a batch file\n\n${intro}\n\n${sections.join("\n\n")}\n`;
}

function page(entry: CodeEntry): string {
  const { code, severity, title, why } = entry;
  const facts = [`severity: **${severity}**`, `fix: ${fixText(entry)}`];
  if (entry.target !== undefined) facts.push(`only with \`--target ${entry.target}\``);
  return [note, `# ${code}`, `${title}.`, facts.join(" · "), why, ...examples(entry), backLink].join("\n\n") + "\n";
}

const backLink = "[All problems](README.md)";

function fixText({ fix }: CodeEntry): string {
  if (fix === null) return "by hand";
  return fix === "safe" ? "safe, by `vllm-batch fix`" : "suggested, by `vllm-batch fix --suggested`";
}

function examples({ bad, good, encode, tooBigToShow }: CodeEntry): string[] {
  if (tooBigToShow !== undefined) return [`Example: ${tooBigToShow}`];
  const how = encode === undefined ? "" : ` (written as ${encode === "latin1" ? "Windows-1252" : "UTF-16"})`;
  return [`Has it${how}:`, block(bad), "Mended:", block(good)];
}

function block(text: string): string {
  const shown = visible(text.length > MAX_EXAMPLE_CHARACTERS ? `${text.slice(0, MAX_EXAMPLE_CHARACTERS)}…` : text);
  return `\`\`\`\`text\n${shown.replace(/\n$/, "")}\n\`\`\`\``;
}

/** Characters that nobody would see, by their names. */
function visible(text: string): string {
  return text.replace(/[\0\t\u00a0\ufeff]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${hex}⟩`;
  });
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
