/** A request line taken apart without touching its body. */
export interface Envelope {
  customId: string;
  url: string;
  /** The bytes of the body as they stand in the line. */
  body: Buffer;
}

/**
 * Takes apart a line that the check found free of errors. Returns null for anything else.
 * The body is never re-serialised: numbers beyond 2^53 and the order of keys stay as written.
 */
export function splitEnvelope(line: Buffer): Envelope | null {
  try {
    const value = JSON.parse(line.toString("utf8")) as { custom_id?: unknown; url?: unknown; body?: unknown };
    if (typeof value.custom_id !== "string" || typeof value.url !== "string") return null;
    return { customId: value.custom_id, url: value.url, body: Buffer.from(JSON.stringify(value.body)) };
  } catch {
    return null;
  }
}
