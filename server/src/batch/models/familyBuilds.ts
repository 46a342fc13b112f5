import type { Build, Family } from "./modelIndex.ts";
import type { OllamaTag } from "./ollamaTag.ts";

const MOST_CANDIDATES = 5;
/** How far a build is that names no size, as a difference of logarithms. */
const FAR = 1000;

/** What a tag of a family stands for: a build, or repositories for a person to choose from. */
export function findBuild(family: Family, tag: OllamaTag): Build | readonly string[] | undefined {
  for (const key of keysOf(tag)) {
    const found = family.unclear.get(key) ?? family.builds.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isChoice(found: Build | readonly string[]): found is readonly string[] {
  return Array.isArray(found);
}

function keysOf(tag: OllamaTag): string[] {
  if (tag.cloud && tag.build === "latest") return ["cloud", "latest"];
  return tag.quantised ? [`${tag.build}-*`, tag.build] : [tag.build];
}

/**
 * Other repositories whose quantised tags begin like this one: the library's `8b` is one repository, but each of its
 * quantised tags is `8b-instruct-…` or `8b-text-…`, so that `8b-q4_0` does not say which.
 */
export function rivalsOf(family: Family, tag: OllamaTag): readonly string[] {
  if (!tag.quantised || family.builds.has(`${tag.build}-*`)) return [];
  const model = family.builds.get(tag.build)?.model;
  const longer = [...family.builds].filter(([key]) => key.startsWith(`${tag.build}-`)).map(([, build]) => build.model);
  return [...new Set(longer)].filter((other) => other !== model);
}

/** One build for each repository of the family, those of the size that was asked or near it first. */
export function nearestBuilds(family: Family, tag: OllamaTag): readonly Build[] {
  const keys = new Map<Build, string[]>();
  for (const [key, build] of family.builds) keys.set(build, [...(keys.get(build) ?? []), key]);
  const size = sizeOf(tag.build);
  return [...keys]
    .map(([build, itsKeys]) => ({ build, distance: size === null ? 0 : distanceOf(itsKeys, size) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST_CANDIDATES)
    .map(({ build }) => build);
}

function distanceOf(keys: readonly string[], size: number): number {
  const sizes = keys.map(sizeOf).filter((one) => one !== null);
  return Math.min(FAR, ...sizes.map((one) => Math.abs(Math.log(one / size))));
}

/** Parameters in billions that a tag names; `8x7b` counts its experts. null: none. */
function sizeOf(tag: string): number | null {
  const [, experts = "1", count, unit] = /(?:^|-)e?(?:(\d+)x)?(\d+(?:\.\d+)?)([bmt])(?=$|-)/.exec(tag) ?? [];
  if (count === undefined) return null;
  const scale = unit === "m" ? 1e-3 : unit === "t" ? 1e3 : 1;
  return Number(experts) * Number(count) * scale;
}
