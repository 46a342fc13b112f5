/** An Ollama tag taken apart: `8b-instruct-q4_K_M` is the build `8b-instruct`, quantised to about 4 bits. */
export interface OllamaTag {
  /** Lower case, without quantisation; "latest" when nothing else is named. */
  build: string;
  /** Whether the tag names how the weights are stored. */
  quantised: boolean;
  /** Bits of each weight, when the tag says so. */
  bits: number | null;
  /** Runs on Ollama's own servers. */
  cloud: boolean;
}

/** How Ollama's library and GGUF repositories write a quantisation at the end of a tag. */
const QUANTISATION =
  /(?:^|[-_.])((?:ud-)?i?q\d(?:_[0-9a-z]+)*|[bf]?f(?:p)?(?:16|32)|fp8|int[48]|nvfp4|mxfp[48]|mlx|dflash)$/;

/** Reads a tag; null stands for a name without tag. */
export function readTag(tag: string | null): OllamaTag {
  const lower = (tag ?? "latest").toLowerCase();
  const cloud = /(?:^|-)cloud$/.test(lower);
  let build = cloud ? lower.replace(/-?cloud$/, "") : lower;
  let bits: number | null = null;
  let quantised = false;
  for (let match = QUANTISATION.exec(build); match !== null; match = QUANTISATION.exec(build)) {
    bits ??= bitsOf(match[1] ?? "");
    quantised = true;
    build = build.slice(0, match.index);
  }
  return { build: build === "" ? "latest" : build, quantised, bits, cloud };
}

function bitsOf(quantisation: string): number | null {
  const digits = /(?:q|fp?|int|bf)(\d+)/.exec(quantisation)?.[1];
  return digits === undefined ? null : Number(digits);
}
