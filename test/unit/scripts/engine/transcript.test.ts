import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { transcriptOf } from "../../../../scripts/engine/failures/transcript.ts";

describe("a transcript", () => {
  test("holds the last 150 lines, whether or not the log ends with a line feed", () => {
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1}`);
    const kept = lines.slice(-150).join("\n");
    expect(transcriptOf(lines.join("\n"), {})).toBe(`${kept}\n`);
    expect(transcriptOf(`${lines.join("\n")}\n`, {})).toBe(`${kept}\n`);
  });

  test("tells no path of the machine, whichever lies in which", () => {
    const places = { "/opt/cache": "/home/user/project", "/opt/cache/venv": "/home/user/vllm-venv" };
    const log = '  File "/opt/cache/venv/bin/vllm", line 10\nloading /opt/cache/tiny';
    expect(transcriptOf(log, places)).toBe(
      '  File "/home/user/vllm-venv/bin/vllm", line 10\nloading /home/user/project/tiny\n',
    );
  });

  test("tells no host name, and leaves words alone that look like it", () => {
    const log = `[rank0]: connect to [${hostname()}]:29500 failed\nSee root cause above. x${hostname()}x`;
    expect(transcriptOf(log, {})).toBe(
      `[rank0]: connect to [workstation]:29500 failed\nSee root cause above. x${hostname()}x\n`,
    );
  });

  test("keeps carriage returns and colours as they came", () => {
    expect(transcriptOf("10%\r20%\r\n\u001b[31mred\u001b[0m\n", {})).toBe("10%\r20%\r\n\u001b[31mred\u001b[0m\n");
  });
});
