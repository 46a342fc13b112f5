import { describe, expect, it } from "vitest";
import { appliedEdit, currentEdit } from "../../../../client/src/files/currentEdit.ts";

describe("an edit that is made while the text may go on", () => {
  it("is given where the text is as it was", async () => {
    const document = { version: 1, isClosed: false };
    expect(await currentEdit(document, () => Promise.resolve("edit"))).toEqual({ kind: "edit", edit: "edit" });
    expect(await currentEdit(document, () => Promise.resolve(undefined))).toEqual({ kind: "nothing" });
  });

  it.each(["edit", undefined])("is of no use when the text has changed or is closed: %s", async (edit) => {
    const [changed, closed] = [
      { version: 1, isClosed: false },
      { version: 1, isClosed: false },
    ];
    const found = [
      await currentEdit(changed, () => {
        changed.version = 2;
        return Promise.resolve(edit);
      }),
      await currentEdit(closed, () => {
        closed.isClosed = true;
        return Promise.resolve(edit);
      }),
    ];
    expect(found).toEqual([{ kind: "changed" }, { kind: "changed" }]);
  });
});

it("tells apart what came of an edit", async () => {
  const apply = (isTaken: boolean) => () => Promise.resolve(isTaken);
  expect(await appliedEdit({ kind: "edit", edit: 1 }, apply(true))).toBe("done");
  expect(await appliedEdit({ kind: "edit", edit: 1 }, apply(false))).toBe("refused");
  expect(await appliedEdit({ kind: "nothing" }, apply(true))).toBe("nothing");
  expect(await appliedEdit({ kind: "changed" }, apply(true))).toBe("changed");
});
