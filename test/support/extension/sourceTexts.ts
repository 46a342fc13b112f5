import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

export interface SourceText {
  file: string;
  /** null when it is not written out, and so cannot be translated. */
  text: string | null;
  /** How many values it is given. */
  values: number;
}

/** Every text that some sources hand to `vscode.l10n.t`. */
export async function sourceTexts(folder: string): Promise<SourceText[]> {
  const found: SourceText[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const content = await readFile(path.join(folder, name), "utf8");
    const source = ts.createSourceFile(name, content, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === "vscode.l10n.t") found.push(textOf(name, node));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function textOf(file: string, { arguments: [first, ...values] }: ts.CallExpression): SourceText {
  const text = first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
  const isSpread = values.some((value) => ts.isSpreadElement(value));
  return { file, text, values: isSpread ? Number.NaN : values.length };
}
