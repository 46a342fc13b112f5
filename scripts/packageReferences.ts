import { isObject } from "../server/src/util/unknown.ts";

/**
 * Texts in a value (such as package.json) that are the path of something `here` and of nothing `there`. Texts that are
 * no path of anything, which are most, do not matter.
 */
export function leftOut(value: unknown, here: (path: string) => boolean, there: (path: string) => boolean): string[] {
  if (typeof value === "string") return looksLikePath(value) && here(value) && !there(value) ? [value] : [];
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return inner.flatMap((one) => leftOut(one, here, there));
}

/** `./dist/extension.cjs`, `media/icon.png`, `./l10n`; not `server`, which is a word that happens to be a folder. */
function looksLikePath(text: string): boolean {
  return /^[\w./-]*[./][\w./-]*$/.test(text);
}
