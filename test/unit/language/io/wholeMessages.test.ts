import { finished } from "node:stream/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { WholeMessages } from "../../../../server/src/language/io/wholeMessages.io.ts";

function message(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** What comes out when the bytes go in, cut at these places. */
async function passed(bytes: Buffer, cuts: readonly number[]): Promise<string[]> {
  const messages = new WholeMessages();
  const pieces: string[] = [];
  messages.on("data", (piece: Buffer) => pieces.push(piece.toString()));
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    messages.write(bytes.subarray(from, to));
    from = to;
  }
  messages.end();
  await finished(messages);
  return pieces;
}

test("however the bytes come, each message is one piece", async () => {
  const bodies = fc.array(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(bodies, fc.array(fc.nat(), { maxLength: 12 }), async (texts, cuts) => {
      const wanted = texts.map(message);
      expect(await passed(Buffer.from(wanted.join("")), cuts)).toEqual(wanted);
    }),
  );
});

test("other headers, in any case and order, go with their message", async () => {
  const odd = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 2\r\n\r\n{}";
  expect(await passed(Buffer.from(odd + message("[]")), [5, 60])).toEqual([odd, message("[]")]);
});

test("what is no message is passed on for the reader to refuse", async () => {
  expect(await passed(Buffer.from("GET / HTTP/1.1\r\n\r\n"), [3])).toEqual(["GET / HTTP/1.1\r\n\r\n"]);
});

test("a message that is cut off is passed on as it is", async () => {
  const messages = new WholeMessages();
  messages.end(message("{}").slice(0, -1));
  expect((await messages.toArray()).join("")).toBe(message("{}").slice(0, -1));
});
