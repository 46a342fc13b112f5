import { expect, it } from "vitest";
import { mayDrain } from "../../../../client/src/runs/mayDrain.ts";

it("a run can finish what is in flight where there are signals, and unless it was told so already", () => {
  expect(mayDrain({ isStopping: false }, "linux")).toBe(true);
  expect(mayDrain({ isStopping: true }, "linux")).toBe(false);
  expect(mayDrain({ isStopping: false }, "win32")).toBe(false);
});
