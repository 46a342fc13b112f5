/** Batch files for tests of the extension, small enough to be read. */

/** A request as it should be; its prompt ends with its number. */
export function request(number: number, model = "tiny"): string {
  const body = { model, messages: [{ role: "user", content: `request ${number}` }] };
  return JSON.stringify({ custom_id: `r-${number}`, method: "POST", url: "/v1/chat/completions", body });
}

/** So many good requests, a line each. */
export function requests(count: number, model = "tiny"): string {
  return Array.from({ length: count }, (_, index) => `${request(index + 1, model)}\n`).join("");
}
