import { rewrite, suggest, type Answer } from "./modelAdvice.ts";
import { bareName, modelIndex, originalOf, type Original } from "./modelIndex.ts";

const GGUF = /(?:[-_.]i1)?[-_.]gguf$/i;
/** A conversion that differs from the repository it was made from in more than how it is stored. */
const CHANGED = /(?:^|[-_.])(?:qat|i?q\d\w*|[bf]?fp?16|128k|1m)(?=$|[-_.])/i;

/** `hf.co/owner/name:quantisation` and its like: what the GGUF files were made from, or the repository itself. */
export function resolveAddress(owner: string, name: string, tag: string | null): Answer {
  const id = `${owner}/${name}`;
  if (!GGUF.test(name)) {
    if (tag === null) return rewrite("address", id, gateOf(id), `vLLM takes the repository's id, without the address.`);
    const original = findOriginal(name);
    return suggest(
      "address",
      [original?.model ?? id],
      original?.gated ?? null,
      `"${id}" has GGUF files; which model they were made from stands on its page.`,
    );
  }
  const base = name.replace(GGUF, "");
  const { publishers, converters } = modelIndex();
  const publisher = publishers.get(owner.toLowerCase());
  if (converters.has(owner.toLowerCase())) return resolveConversion(id, base);
  if (publisher !== undefined) return resolveOwnConversion(id, publisher, base);
  const original = findOriginal(base);
  const why = `"${id}" holds GGUF files by someone we do not know; what they were made from stands on its page.`;
  return suggest("address", [original?.model ?? `${owner}/${base}`], original?.gated ?? null, why);
}

/** A converter's repository: `name`, or `owner_name` as bartowski writes it. */
function resolveConversion(id: string, base: string): Answer {
  const { publishers } = modelIndex();
  const [, prefix = "", rest = ""] = /^([^_]+)_(.+)$/.exec(base) ?? [];
  const publisher = publishers.get(prefix.toLowerCase());
  const original = findOriginal(publisher === undefined ? base : rest);
  const owners = [publisher, original?.model.split("/")[0]].filter((one) => one !== undefined);
  if (original && new Set(owners).size === 1) return madeFrom(id, original);
  if (publisher !== undefined && !original && !CHANGED.test(rest)) {
    return madeFrom(id, { model: `${publisher}/${rest}`, gated: null });
  }
  const guess = original?.model ?? ((publisher ?? prefix) ? `${publisher ?? prefix}/${rest}` : undefined);
  const candidates = [guess ?? findOriginal(base.replace(CHANGED, ""))?.model].filter((one) => one !== undefined);
  return suggest("address", candidates, original?.gated ?? null, unsure(id));
}

/** A publisher's own GGUF repository is called like the original, with -GGUF behind it. */
function resolveOwnConversion(id: string, publisher: string, base: string): Answer {
  const original = findOriginal(base);
  if (original?.model.startsWith(`${publisher}/`)) return madeFrom(id, original);
  if (original) return suggest("address", [original.model], original.gated, unsure(id));
  if (!CHANGED.test(base)) return madeFrom(id, { model: `${publisher}/${base}`, gated: null });
  const plain = findOriginal(base.replace(/-qat.*$/i, ""));
  return suggest("address", plain ? [plain.model] : [], plain?.gated ?? null, unsure(id));
}

function madeFrom(id: string, original: Pick<Original, "model" | "gated">): Answer {
  const gate = original.gated === true ? "; accept its licence there first and set HF_TOKEN" : "";
  return rewrite(
    "address",
    original.model,
    original.gated,
    `${id} holds GGUF files made from ${original.model}${gate}.`,
  );
}

function unsure(id: string): string {
  return `Which model the GGUF files of ${id} were made from stands on its page on Hugging Face.`;
}

/** By name without owner; a build with the draft head of multi-token prediction is the same model. */
function findOriginal(name: string): Original | undefined {
  const { originals } = modelIndex();
  return originals.get(bareName(name)) ?? originals.get(bareName(name).replace(/-mtp$/, "")) ?? undefined;
}

function gateOf(id: string): boolean | null {
  return originalOf(id)?.gated ?? null;
}
