import { expect, it } from "vitest";
import { LineReader } from "../../../../client/src/engineRoom/lineReader.ts";

it("makes lines of chunks that end anywhere", () => {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of ["first\r\nse", "cond\n\n", "last ünd", "end"]) reader.push(Buffer.from(chunk));
  expect(lines).toEqual(["first", "second"]);
  reader.end();
  expect(lines).toEqual(["first", "second", "last ündend"]);
});
