const BRACES = /\{([^{}|]+(?:\|[^{}|]+)+)\}/;

/** All texts that a template with any number of `{a|b}` groups stands for, in order. */
export function expandBraces(template: string): string[] {
  const options = optionsOf(template);
  if (options === null) return [template];
  return options.flatMap((option) => expandBraces(template.replace(BRACES, option)));
}

/**
 * Expands several templates side by side. Each may have one `{a|b}` group, of the same length in all; `{}` stands for
 * the first template's option in lower case. `["x-{7B|13B}", "{} {}-it"]` → `[["x-7B", "7b 7b-it"], ["x-13B", …]]`.
 * Throws when the groups differ in length: a mistake in the data, which a test looks for.
 */
export function expandTogether(templates: readonly string[]): string[][] {
  const groups = templates.map(optionsOf);
  const leading = groups.find((group) => group !== null);
  if (leading === undefined) return [[...templates]];
  if (groups.some((group) => group !== null && group.length !== leading.length)) {
    throw new Error(`Groups of different length: ${templates.join(" ")}`);
  }
  return leading.map((option, index) =>
    templates.map((template, at) =>
      template.replace(BRACES, groups[at]?.[index] ?? option).replaceAll("{}", option.toLowerCase()),
    ),
  );
}

function optionsOf(template: string): string[] | null {
  return BRACES.exec(template)?.[1]?.split("|") ?? null;
}
