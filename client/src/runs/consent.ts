/** What a person must confirm before an engine is started. Pure. */
import { consentKinds, type ConsentRequest } from "../../../server/src/protocol/engine.ts";
import { property } from "../../../server/src/util/unknown.ts";

/** null for what is none: what cannot be shown whole cannot be confirmed. */
export function parseConsent(value: unknown): ({ kind: "consent" } & ConsentRequest) | null {
  const [path, hash, parts] = [property(value, "path"), property(value, "hash"), property(value, "parts")];
  if (typeof path !== "string" || typeof hash !== "string" || !Array.isArray(parts)) return null;
  const known = parts.flatMap((part: unknown) => {
    const [kind, text] = [consentKinds.find((one) => one === property(part, "kind")), property(part, "text")];
    return kind === undefined || typeof text !== "string" ? [] : [{ kind, text }];
  });
  return known.length === parts.length ? { kind: "consent", path, hash, parts: known } : null;
}
