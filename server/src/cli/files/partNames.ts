/** What the files are called that are made of one batch file. Pure. */
import path from "node:path";
import { modelSlug } from "../../run/folderName.ts";

/** `data/requests.jsonl` for each of some models: `data/requests.llama-3.1-8b.jsonl` …; no two are the same. */
export function namesByModel(file: string, folder: string, models: readonly (string | null)[]): string[] {
  const taken = new Set<string>();
  return models.map((model) => {
    const slug = model === null ? "no-model" : modelSlug([model]);
    let name = slug;
    for (let number = 2; taken.has(name); number += 1) name = `${slug}-${number}`;
    taken.add(name);
    return withMark(file, folder, name);
  });
}

/** `data/requests.part-01.jsonl` …, with so many digits that names sort in order. */
export function namesByNumber(file: string, folder: string, count: number): string[] {
  const digits = Math.max(2, String(count).length);
  return Array.from({ length: count }, (_, index) =>
    withMark(file, folder, `part-${String(index + 1).padStart(digits, "0")}`),
  );
}

function withMark(file: string, folder: string, mark: string): string {
  const { name, ext } = path.parse(file);
  return path.join(folder, `${name}.${mark}${ext}`);
}
