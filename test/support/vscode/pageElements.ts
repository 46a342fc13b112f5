import type { Locator } from "playwright-core";

/** As much of a DOM element as is looked at inside the page: the types of this project are those of Node. */
interface PageElement {
  getAttribute(name: string): string | null;
}

/** An attribute of all elements, at one moment. */
export async function attributes(elements: Locator, name: string): Promise<string[]> {
  return await elements.evaluateAll(
    (all: PageElement[], wanted: string) => all.map((element) => element.getAttribute(wanted) ?? ""),
    name,
  );
}
