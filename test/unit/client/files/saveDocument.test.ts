import { describe, expect, it } from "vitest";
import { saveDocument } from "../../../../client/src/files/saveDocument.ts";

const document = (isSaved: boolean, isDirtyAfter: boolean) => {
  const state = { isDirty: true };
  return {
    get isDirty() {
      return state.isDirty;
    },
    save: () => {
      state.isDirty = isDirtyAfter;
      return Promise.resolve(isSaved);
    },
  };
};

describe("the disk holds what is shown", () => {
  it("when it was saved, or nothing was changed, or nothing is open", async () => {
    expect(await saveDocument(document(true, false))).toBe(true);
    expect(await saveDocument({ isDirty: false, save: () => expect.fail("saved for nothing") })).toBe(true);
    expect(await saveDocument(undefined)).toBe(true);
  });

  it("not when it could not be saved", async () => {
    expect(await saveDocument(document(false, true))).toBe(false);
  });

  it("not when it was changed meanwhile", async () => {
    expect(await saveDocument(document(true, true))).toBe(false);
  });
});
