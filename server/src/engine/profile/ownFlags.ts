/** Flags that a profile cannot have, each with what to do instead: the end of a sentence that begins with its name. */
export const refusedFlags: ReadonlyMap<string, string> = new Map([
  ["model", "is the field model of the profile."],
  ["model-tag", "is the field model of the profile."],
  ["served-model-name", "is the field servedModelName of the profile."],
  ["host", "is chosen at the start: the engine listens on this machine alone. Leave it out."],
  ["port", "is chosen at the start: a free one is taken. Leave it out."],
  ["uds", "is chosen at the start. Leave it out."],
  ["api-key", "would show the key to everybody who may list processes. A random key is made for each start."],
  ["hf-token", "would show the token to everybody who may list processes. Set HF_TOKEN in the environment instead."],
  ["ssl-keyfile", "would make the engine speak HTTPS, which nobody needs on this machine. Leave it out."],
  ["ssl-certfile", "would make the engine speak HTTPS, which nobody needs on this machine. Leave it out."],
  ["headless", "makes an engine that answers nothing. Start such a node by hand and use its head with --endpoint."],
  ["grpc", "makes an engine that does not answer HTTP. Leave it out."],
  ["help", "makes vLLM print its help and end. Leave it out."],
  ["version", "makes vLLM print its version and end. Leave it out."],
]);

/** Environment variables that a profile cannot set. Null: it can. */
export function refusedVariable(name: string): string | null {
  if (name === "VLLM_API_KEY") return "is set to a random key at each start. Leave it out.";
  if (name.startsWith("VLLM_BATCH_")) return "is a setting of this program, and the engine does not get it.";
  return null;
}
