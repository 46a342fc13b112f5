import { access, constants } from "node:fs/promises";
import path from "node:path";

/**
 * The path of a program on the PATH; null: not there. Folders that are not absolute do not count: they would let a
 * cloned repository choose what is executed.
 */
export async function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  for (const folder of (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    for (const candidate of names.map((one) => path.join(folder, one))) {
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
