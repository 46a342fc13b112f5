// Tests inside the extension host: what a suite file imports. Runs in VS Code, so it imports nothing of vitest.

export interface HostTest {
  /** The suite file, relative to its folder. */
  readonly file: string;
  readonly name: string;
  readonly body: () => Promise<void> | void;
  readonly timeoutMs: number;
}

const registered: HostTest[] = [];
let currentFile = "";

/**
 * A test. It fails when it throws or takes longer than `timeoutMs`. Tests run one after another, in the order in which
 * they are written; after each, all editors are closed and what was not saved is dropped.
 */
export function hostTest(name: string, body: HostTest["body"], timeoutMs = 20_000): void {
  registered.push({ file: currentFile, name, body, timeoutMs });
}

/** The tests of some files, each given as a function that loads it. A file that does not load is a test that fails. */
export async function collectTests(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<HostTest[]> {
  for (const [file, load] of Object.entries(files)) {
    currentFile = file;
    const before = registered.length;
    try {
      await load();
      if (registered.length === before) hostTest("has tests", () => Promise.reject(new Error("There is none.")));
    } catch (error) {
      hostTest("loads", () => Promise.reject(error instanceof Error ? error : new Error(String(error))));
    }
  }
  return registered.splice(0);
}
