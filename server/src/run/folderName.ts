import path from "node:path";

/** Where the runs of a batch file are kept: `answers.jsonl` → `answers.runs`. */
export function runsFolder(batchFile: string): string {
  const { dir, name } = path.parse(batchFile);
  return path.join(dir, `${name}.runs`);
}

/** The model's name as part of a folder's name, on any system: `meta-llama/Llama-3.1-8B` → `llama-3.1-8b`. */
export function modelSlug(models: readonly string[]): string {
  const [first] = models;
  if (first === undefined) return "run";
  if (models.length > 1) return "mixed";
  const last = first.split("/").at(-1) ?? first;
  const slug = last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 60);
  return slug === "" ? "run" : slug;
}

/** The name for the next run: numbers are never used again, so names sort by age. */
export function nextRunName(existing: readonly string[], slug: string): string {
  const numbers = existing.map((name) => Number(/^(\d+)-/.exec(name)?.[1] ?? 0));
  const next = Math.max(0, ...numbers) + 1;
  return `${String(next).padStart(3, "0")}-${slug}`;
}
