import type { TextEdit, TextFinding } from "../finding.ts";
import { Lexer, type Token, type TokenKind } from "./lexer.ts";

/** A line with more than this is no JSON that went a little wrong. */
const MAX_FINDINGS = 10_000;

/** What may come next. `first` is right after the bracket, `next` after a comma, `after` after a value. */
type State = "root" | "done" | "firstKey" | "nextKey" | "colon" | "member" | "firstElement" | "nextElement" | "after";

interface Open {
  bracket: "{" | "[";
  start: number;
}

type Place = Pick<Token, "start" | "end">;

/** The grammar of RFC 8259, which after a mistake guesses what was meant and goes on. */
export class Grammar {
  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #stack: Open[] = [];
  #state: State = "root";
  #token: Token = { kind: "end", start: 0, end: 0 };
  #comma: Place = { start: 0, end: 0 };
  /** The last token that was taken: what is missing is missing after it. */
  #last: Token = { kind: "end", start: 0, end: 0 };
  #isOver = false;

  constructor(text: string) {
    this.#text = text;
    this.#lexer = new Lexer(text);
  }

  run(): TextFinding[] {
    this.#token = this.#lexer.next();
    while (!this.#isOver) this.#step();
    return this.#lexer.findings;
  }

  #step(): void {
    if (this.#lexer.findings.length >= MAX_FINDINGS) this.#isOver = true;
    else if (this.#token.unclosed === true)
      this.#stop("json.unexpectedEnd", "This text is never closed: its quote is missing.");
    else if (this.#token.kind === "end") this.#end();
    else if (this.#token.kind === "junk") this.#unexpected();
    else this.#read(this.#state);
  }

  #read(state: State): void {
    switch (state) {
      case "root":
        this.#value();
        return;
      case "done":
        this.#afterRoot();
        return;
      case "firstKey":
      case "nextKey":
        this.#key(state);
        return;
      case "colon":
        this.#colon();
        return;
      case "member":
        this.#memberValue();
        return;
      case "firstElement":
      case "nextElement":
        this.#elementValue(state);
        return;
      case "after":
        this.#afterValue();
        return;
    }
  }

  #key(state: "firstKey" | "nextKey"): void {
    const { kind } = this.#token;
    if (kind === "string") this.#take("colon");
    else if (kind === "word" || kind === "scalar") this.#bareKey();
    else if (kind === ",") this.#extraComma();
    else if (kind === "}" || kind === "]") this.#closeAfter(state === "nextKey");
    else if (kind === ":") {
      this.#report("json.missingKey", "A key is missing before this colon.", this.#token);
      this.#take("member");
    } else {
      this.#report("json.missingKey", "Inside braces each value needs a key before it.", this.#token);
      this.#value();
    }
  }

  #bareKey(): void {
    const { start, end } = this.#token;
    const raw = this.#text.slice(start, end);
    this.#forget(start);
    this.#report("json.unquotedKey", `The key ${shortened(raw)} must be in double quotes.`, this.#token, [
      { start, end, text: JSON.stringify(raw) },
    ]);
    this.#take("colon");
  }

  #colon(): void {
    if (this.#token.kind === ":") {
      this.#take("member");
      return;
    }
    const { end } = this.#last;
    if (this.#startsValue()) {
      this.#report("json.missingColon", "A colon is missing after this key.", this.#last, [
        { start: end, end, text: ":" },
      ]);
      this.#state = "member";
    } else {
      this.#report("json.missingValue", "This key has no value.", this.#last);
      this.#state = "after";
    }
  }

  #memberValue(): void {
    const { kind } = this.#token;
    if (kind === "," || kind === "}" || kind === "]") {
      this.#report("json.missingValue", "A value is missing after this colon.", this.#last);
      this.#state = "after";
    } else if (kind === ":") {
      this.#report("json.unexpectedCharacter", "There is a colon too many here.", this.#token, [removed(this.#token)]);
      this.#take("member");
    } else this.#value();
  }

  #elementValue(state: "firstElement" | "nextElement"): void {
    const { kind } = this.#token;
    if (kind === ",") this.#extraComma();
    else if (kind === "]" || kind === "}") this.#closeAfter(state === "nextElement");
    else if (kind === ":") this.#unexpected();
    else this.#value();
  }

  #afterValue(): void {
    const { kind } = this.#token;
    if (kind === ",") {
      this.#comma = this.#token;
      this.#take(this.#top() === "{" ? "nextKey" : "nextElement");
    } else if (kind === "}" || kind === "]") this.#close();
    else if (this.#isUnescapedQuote()) this.#unescapedQuote();
    else if (kind === ":") this.#unexpected();
    else this.#missingComma();
  }

  #missingComma(): void {
    const { end } = this.#last;
    const inObject = this.#top() === "{";
    // Python joins two texts that stand side by side in a list, so there it is less clear what was meant.
    const kind = inObject || this.#last.kind !== "string" ? "safe" : "suggested";
    this.#report(
      "json.missingComma",
      "A comma is missing before this.",
      this.#token,
      [{ start: end, end, text: "," }],
      kind,
    );
    this.#state = inObject ? "nextKey" : "nextElement";
  }

  #value(): void {
    const { kind, start, end } = this.#token;
    if (kind === "{" || kind === "[") {
      this.#stack.push({ bracket: kind, start });
      this.#take(kind === "{" ? "firstKey" : "firstElement");
    } else if (kind === "string" || kind === "scalar") this.#take(this.#afterState());
    else if (kind === "word") {
      const raw = this.#text.slice(start, end);
      const fix: TextEdit[] = [{ start, end, text: JSON.stringify(raw) }];
      this.#report(
        "json.unquotedText",
        `The text ${shortened(raw)} must be in double quotes.`,
        this.#token,
        fix,
        "suggested",
      );
      this.#take(this.#afterState());
    } else this.#unexpected();
  }

  #afterRoot(): void {
    const { kind, start, end } = this.#token;
    if (kind === ",") {
      const comma = this.#token;
      this.#take("done");
      const isLast = this.#token.kind === "end";
      this.#comma = comma;
      if (isLast) this.#trailingComma("There is a comma after this line's object. Lines are not separated by commas.");
      else this.#severalValues(this.#token, { start: comma.start, end: this.#token.start, text: "\n" });
      return;
    }
    if (kind === "{" || kind === "[") {
      this.#severalValues(this.#token, { start: this.#last.end, end: start, text: "\n" });
    } else if (kind === "}" || kind === "]") {
      this.#report(
        "json.mismatchedBracket",
        `This ${kind} closes nothing.`,
        this.#token,
        [{ start, end, text: "" }],
        "suggested",
      );
      this.#take("done");
    } else if (this.#isUnescapedQuote()) this.#unescapedQuote();
    else this.#stop("json.trailingText", "There is something after the end of the JSON.");
  }

  #severalValues(token: Token, edit: TextEdit): void {
    if (token.kind !== "{" && token.kind !== "[") {
      this.#stop("json.trailingText", "There is something after the end of the JSON.");
      return;
    }
    this.#report(
      "json.severalValues",
      "A second request begins on the same line. Each needs a line of its own.",
      token,
      [edit],
    );
    this.#state = "root";
  }

  #extraComma(): void {
    this.#report(
      "json.extraComma",
      "There is a comma too many here.",
      this.#token,
      [removed(this.#token)],
      this.#top() === "{" ? "safe" : "suggested",
    );
    this.#take(this.#state);
  }

  #closeAfter(comma: boolean): void {
    if (comma) {
      this.#trailingComma(`JSON allows no comma before ${this.#token.kind === "}" ? "}" : "]"}.`);
    }
    this.#close();
  }

  #trailingComma(message: string): void {
    this.#report("json.trailingComma", message, this.#comma, [removed(this.#comma)]);
  }

  #close(): void {
    const { kind, start, end } = this.#token;
    const wanted = closerOf(this.#stack.at(-1));
    const below = this.#stack.at(-2);
    this.#stack.pop();
    if (kind === wanted) {
      this.#take(this.#afterState());
      return;
    }
    const isMissing = below !== undefined && closerOf(below) === kind;
    const message = isMissing
      ? `A ${wanted} is missing before this ${kind}.`
      : `This ${kind} should be a ${wanted}, which closes what was opened last.`;
    const edit = isMissing
      ? { start: this.#last.end, end: this.#last.end, text: wanted }
      : { start, end, text: wanted };
    this.#report("json.mismatchedBracket", message, this.#token, [edit], "suggested");
    // What is missing was closed in thought; this bracket closes what lies around it.
    if (isMissing) this.#state = "after";
    else this.#take(this.#afterState());
  }

  /** Text that goes on right after its closing quote: `"He said "no" to me"`. */
  #isUnescapedQuote(): boolean {
    const { kind, start } = this.#token;
    return this.#last.kind === "string" && start === this.#last.end && (kind === "word" || kind === "scalar");
  }

  #unescapedQuote(): void {
    const { end } = this.#last;
    this.#isOver = true;
    const message = `The text ends at this quote and yet goes on. A quote inside a text is written \\".`;
    this.#report("json.unescapedQuote", message, { start: end - 1, end });
  }

  #end(): void {
    this.#isOver = true;
    if (this.#state === "done") return;
    const open = this.#stack.at(-1);
    const end = this.#text.trimEnd().length;
    const message =
      open === undefined
        ? "There is no JSON here."
        : `The line ends before the ${open.bracket} of column ${open.start + 1} is closed: a ${closerOf(open)} is missing, or the rest was cut off.`;
    this.#report("json.unexpectedEnd", message, { start: Math.max(0, end - 1), end });
  }

  #unexpected(): void {
    const { start } = this.#token;
    const character = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#stop("json.unexpectedCharacter", `${JSON.stringify(character)} has no place here.`);
  }

  #stop(code: string, message: string): void {
    this.#isOver = true;
    this.#report(code, message, this.#token);
  }

  #report(
    code: string,
    message: string,
    { start, end }: Place,
    edits?: TextEdit[],
    kind: "safe" | "suggested" = "safe",
  ): void {
    const fix = edits && ({ kind, title: titleOf(edits), edits } as const);
    this.#lexer.report(code, message, { start, end }, fix);
  }

  /** Drops what the lexer said of the token at `start`: read as something else it is no mistake. */
  #forget(start: number): void {
    if (this.#lexer.findings.at(-1)?.start === start) this.#lexer.findings.pop();
  }

  #take(state: State): void {
    this.#last = this.#token;
    this.#state = state;
    this.#token = this.#lexer.next();
  }

  #top(): "{" | "[" | undefined {
    return this.#stack.at(-1)?.bracket;
  }

  #afterState(): State {
    return this.#stack.length === 0 ? "done" : "after";
  }

  #startsValue(): boolean {
    const starts: readonly TokenKind[] = ["{", "[", "string", "scalar", "word"];
    return starts.includes(this.#token.kind);
  }
}

function closerOf(open: Open | undefined): "}" | "]" {
  return open?.bracket === "{" ? "}" : "]";
}

function removed({ start, end }: Place): TextEdit {
  return { start, end, text: "" };
}

function titleOf([edit]: readonly TextEdit[]): string {
  if (edit === undefined || edit.text === "") return "Remove it";
  return edit.text === "\n" ? "Begin a new line" : `Write ${edit.text}`;
}

function shortened(raw: string): string {
  return raw.length > 40 ? `${raw.slice(0, 40)}…` : raw;
}
