/** Whole lines for the catalogue. */

const messages = [{ role: "user", content: "What is the capital of France?" }];

const request = {
  custom_id: "1",
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "Qwen/Qwen3-8B", messages },
};

/** A good request with some parts replaced; a part that is undefined is left out. */
export function line(parts: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...request, ...parts });
}

/** A good request with a change made in its text. */
export function edited(from: string, to: string): string {
  const good = line();
  if (!good.includes(from)) throw new Error(`The example has no ${from}`);
  return good.replace(from, () => to);
}

export function lines(...some: readonly string[]): string {
  return some.map((one) => `${one}\n`).join("");
}

/** As an editor or `jq .` prints it. */
export function printed(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const good = line();
export const goodValue: unknown = request;
