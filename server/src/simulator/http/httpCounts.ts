/** How many answers each route gave, by method and class of status (2 for 2xx …). */
export class HttpCounts {
  // Maps in maps: in instant mode, making one key of the three was a noticeable part of all work.
  readonly #counts = new Map<string, Map<string, Map<number, number>>>();

  /** `handler` is the route's path, or "none" for answers without a route. */
  add(handler: string, method: string, statusClass: number): void {
    const classes = child(
      child(this.#counts, handler, newMap<string, Map<number, number>>),
      method,
      newMap<number, number>,
    );
    classes.set(statusClass, (classes.get(statusClass) ?? 0) + 1);
  }

  *entries(): Generator<{ handler: string; method: string; status: string; count: number }> {
    for (const [handler, methods] of this.#counts) {
      for (const [method, classes] of methods) {
        for (const [statusClass, count] of classes) yield { handler, method, status: `${statusClass}xx`, count };
      }
    }
  }
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

function child<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
