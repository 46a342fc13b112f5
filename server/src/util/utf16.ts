import { TextDecoder } from "node:util";

export type Utf16 = "utf-16le" | "utf-16be";

/** Whether a text that begins with these bytes is UTF-16: by its byte order mark, or by the zeros beside ASCII. */
export function detectUtf16(bytes: Buffer): Utf16 | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (fourth === undefined) return null;
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return "utf-16le";
  return first === 0 && second !== 0 && third === 0 && fourth !== 0 ? "utf-16be" : null;
}

/** Translates UTF-16 to UTF-8 piece by piece, without the byte order mark. What is malformed becomes U+FFFD. */
export class Utf16Translator {
  readonly #decoder: TextDecoder;

  constructor(encoding: Utf16) {
    this.#decoder = new TextDecoder(encoding);
  }

  push(chunk: Buffer): Buffer {
    return Buffer.from(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): Buffer {
    return Buffer.from(this.#decoder.decode());
  }
}
