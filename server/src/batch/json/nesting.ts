import { endOfString } from "./cursor.ts";

/** Follows the brackets of one object or array over several pieces of text, whether or not it is good JSON. */
export class Nesting {
  #depth = 0;
  #inString = false;

  /**
   * Reads on from `from`, where the first piece has the opening bracket. Returns the offset after the bracket that
   * closes it, or -1 when it is still open at the end of the text.
   */
  read(text: string, from: number): number {
    let position = from;
    if (this.#inString) {
      const end = endOfString(text, -1);
      if (end === -1) return -1;
      this.#inString = false;
      position = end;
    }
    while (position < text.length) {
      const character = text[position];
      if (character === '"') {
        position = endOfString(text, position);
        if (position === -1) {
          this.#inString = true;
          return -1;
        }
        continue;
      }
      position += 1;
      if (character === "{" || character === "[") this.#depth += 1;
      else if (character === "}" || character === "]") {
        this.#depth -= 1;
        if (this.#depth === 0) return position;
      }
    }
    return -1;
  }
}
