/**
 * What needs `vscode-languageclient`, which is most of our code: a bundle of its own (esbuild.js), loaded where there is
 * a batch file. Import it only by `import()`.
 */
export { createLanguageClient } from "./createLanguageClient.ts";
export { checkOnDisk, fixOnDisk } from "./diskFiles.ts";
export { fixAllEdit, replaceModelEdit } from "./serverEdits.ts";
