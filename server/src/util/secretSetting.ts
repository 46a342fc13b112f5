/** `https://user:password@host`, as in the address of a proxy, which may be without `https://`. */
const USER_IN_ADDRESS = /:\/\/[^/\s]*@|^[^/\s@:]+:[^/\s]*@/;
/** RFC 6750 §2.1, RFC 7617 §2: wherever such a header is given. */
const CREDENTIALS = /\b(?:Bearer|Basic)\s+[\w.~+/=-]/i;
const SECRET_WORD =
  /^(?:pass|pat|auth|authorization|cookies?)$|keys?$|oauth|token(?!iz)|secret|passw|passphrase|credential/;
const COUNT = /^\d+(?:\.\d+)?[km]?$/i;
/** Names of numbers of tokens: `max-num-batched-tokens`, `long-prefill-token-threshold`. */
const COUNTS_TOKENS = /^tokens$|^token-(?:threshold|limit|budget|count)$/;
/** `authorization=…` for OTEL_EXPORTER_OTLP_HEADERS. The names of headers alone, as in `allowed-headers`, are none. */
const HEADER = /[=:]/;

/**
 * Whether the value of a flag (with or without dashes) or of an environment variable may be a secret, by its name or
 * by a password in an address. In doubt it is: such values go into no output and no record.
 */
export function isSecretSetting(name: string, value: unknown): boolean {
  // A switch says nothing.
  if (typeof value === "boolean") return false;
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  if (texts.some((text) => USER_IN_ADDRESS.test(text) || CREDENTIALS.test(text))) return true;
  const isCount = texts.every((text) => COUNT.test(text));
  const hasHeader = texts.some((text) => HEADER.test(text));
  const words = name.toLowerCase().split(/[-_]/);
  return words.some((word, index) => {
    if (word === "headers") return hasHeader;
    const counts = COUNTS_TOKENS.test(word) || COUNTS_TOKENS.test(`${word}-${words[index + 1] ?? ""}`);
    return SECRET_WORD.test(word) && !(isCount && counts);
  });
}
