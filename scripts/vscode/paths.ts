import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..", "..");

/** The package as npm put it there; what it needs for VS Code is installed below it. */
export const codeServerFolder = path.join(root, "node_modules", "code-server");

/** Ignored by git: the stamp of the install, logs, bundles of tests. */
export const stampFolder = path.join(root, ".cache", "vscode");
