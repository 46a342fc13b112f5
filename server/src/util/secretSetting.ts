/** `https://user:password@host`, as in the address of a proxy. */
const USER_IN_URL = /:\/\/[^/\s]*@/;
const SECRET_WORD = /^(?:pass|auth|cookies?)$|keys?$|oauth|token(?!iz)|secret|passw|passphrase|credential/;
const COUNT = /^\d+(?:\.\d+)?[km]?$/i;

/**
 * Whether the value of a flag (with or without dashes) or of an environment variable may be a secret, by its name or
 * by a password in an address. In doubt it is: such values go into no output and no record.
 */
export function isSecretSetting(name: string, value: unknown): boolean {
  // A switch says nothing.
  if (typeof value === "boolean") return false;
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  if (texts.some((text) => USER_IN_URL.test(text))) return true;
  const isCount = texts.every((text) => COUNT.test(text));
  return name
    .toLowerCase()
    .split(/[-_]/)
    .some((word) => SECRET_WORD.test(word) && !(isCount && word === "tokens"));
}
