/** What a model name is by its form alone. */
export type ModelName =
  /** A file or folder, an address elsewhere, a template variable: nothing that can be looked up. */
  | { form: "other" }
  /** A name of one word, perhaps with a tag: Ollama's library, a served name, a LoRA, an API's model. */
  | { form: "word"; name: string; tag: string | null; fromOllama: boolean }
  /** Someone's upload on ollama.com, or a name of the same form. */
  | { form: "upload"; account: string; name: string; tag: string | null; fromOllama: boolean }
  /** `owner/name`, as on Hugging Face. */
  | { form: "repository"; id: string }
  /** A repository on Hugging Face written as an address: `hf.co/owner/name:quantisation`. */
  | { form: "address"; owner: string; name: string; tag: string | null };

const OTHER: ModelName = { form: "other" };

const HUB = /^(?:https?:\/\/)?(?:www\.)?(?:hf\.co|huggingface\.co)\/|^(?:hf|huggingface):\/\//i;

/** Ollama's own hosts, and how LiteLLM (`ollama/`), RamaLama (`ollama://`) and Python clients (`ollama:`) say Ollama. */
const OLLAMA =
  /^(?:https?:\/\/)?(?:www\.)?(?:registry\.ollama\.ai|ollama\.com|ollama\.ai)\/|^ollama(?:_chat)?\/|^ollama:(?:\/\/)?/i;

const PATH = /^[./~\\]|^[a-z]:[\\/]|^[a-z][a-z0-9+.-]*:\/\/|\\|\.(?:gguf|safetensors|bin|pt)$/i;

const WORD = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** Reads a name that was trimmed. `isOllamaAccount` knows who publishes on ollama.com and not on Hugging Face. */
export function parseModelName(text: string, isOllamaAccount: (account: string) => boolean): ModelName {
  let rest = text;
  let fromOllama = false;
  for (let prefix = OLLAMA.exec(rest); prefix !== null; prefix = OLLAMA.exec(rest)) {
    rest = rest.slice(prefix[0].length);
    fromOllama = true;
  }
  const hub = HUB.exec(rest);
  if (hub !== null) return parseAddress(rest.slice(hub[0].length));
  if (PATH.test(rest)) return OTHER;
  const [path = "", tag = null, ...more] = rest.split(":");
  const parts = path.split("/");
  if (parts[0]?.toLowerCase() === "library" && parts.length === 2) {
    parts.shift();
    fromOllama = true;
  }
  if (more.length > 0 || parts.length > 2 || !parts.every((part) => WORD.test(part))) return OTHER;
  if (tag !== null && !WORD.test(tag)) return OTHER;
  const [first = "", second] = parts;
  if (second === undefined) return { form: "word", name: first, tag, fromOllama };
  if (fromOllama || tag !== null || isOllamaAccount(first)) {
    return { form: "upload", account: first, name: second, tag, fromOllama };
  }
  return { form: "repository", id: rest };
}

function parseAddress(rest: string): ModelName {
  const [path = "", tag = null, ...more] = rest.replace(/[?#].*$/, "").split(":");
  const [owner = "", name = "", ...below] = path.replace(/\/(?:tree\/main)?\/?$/, "").split("/");
  const odd = more.length > 0 || below.length > 0 || !WORD.test(owner) || !WORD.test(name);
  return odd ? OTHER : { form: "address", owner, name, tag };
}
