// The direction of imports between the folders of server/src (and who may do I/O), and of what the extension in client/
// may use, as a lint rule.
// Newcomers: this table is the architecture.
import path from "node:path";
import type { Rule } from "eslint";
import type { ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression } from "estree";

/** Folder → folders it may import from. Its own folder is always allowed. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  util: [],
  batch: ["protocol", "util"],
  gpu: ["protocol", "util"],
  engine: ["protocol", "util", "gpu"],
  run: ["protocol", "util", "batch", "gpu", "engine"],
  // A stand-in for a foreign program: it must not share code with what it helps to test.
  simulator: ["util"],
  language: ["protocol", "util", "batch"],
  cli: ["protocol", "util", "batch", "gpu", "engine", "run"],
  main: ["protocol", "util", "batch", "gpu", "engine", "run", "simulator", "language", "cli"],
};

/** Node's built-ins that decide nothing: any file may use them. */
const pureBuiltins = new Set([
  "buffer",
  "crypto",
  "path",
  "url",
  "util",
  "string_decoder",
  "assert",
  "events",
  "stream",
]);

/** Inside these folders every file is a decision (no I/O) unless its name says otherwise: `io/` or `*.io.ts`. */
const decisionFolders = new Set(["protocol", "util", "batch", "gpu", "engine", "run", "language", "cli"]);

/** In these, files that decide may not even import files that do. In cli/ and main/ that is what files are for. */
const wiringIsElsewhere = new Set(["protocol", "util", "batch", "gpu", "engine", "run", "language"]);

/** Folders of server/src that the extension may use too: all else it asks of the language server or the program. */
const sharedWithClient = new Set(["protocol", "util"]);

/** Packages that the extension may use. What is not async holds up every other extension, and is another rule's. */
const isForClient = (source: string) =>
  source === "vscode" || source === "vscode-languageclient/node" || source.startsWith("node:");

/** A bundle of its own, so that starting the extension does not load it. */
const isLoadedLater = (file: string) => file.includes(`${path.sep}languageClient${path.sep}`);

const isData = (target: string) => target.endsWith(".json");

const isDoing = (file: string) => /(\/io\/|\.io\.ts$)/.test(file);

type Importing = (ImportDeclaration | ExportNamedDeclaration | ExportAllDeclaration | ImportExpression) & {
  importKind?: string;
};

export const layers: Rule.RuleModule = {
  meta: { type: "problem", schema: [], messages: { layer: "{{message}}" } },
  create(context) {
    const root = path.join(context.cwd, "server", "src") + path.sep;
    const client = path.join(context.cwd, "client") + path.sep;
    const file = context.filename;
    if (!file.startsWith(root) && !file.startsWith(client)) return {};
    const folder = file.slice(root.length).split(path.sep, 1).join("");
    const check = (node: Importing & Rule.NodeParentExtension) => {
      const source = node.source?.type === "Literal" ? node.source.value : undefined;
      if (typeof source !== "string") return;
      const judge = file.startsWith(client) ? judgeForClient : source.startsWith(".") ? judgeLocal : judgePackage;
      const message = judge(source, node);
      if (message) context.report({ node, messageId: "layer", data: { message } });
    };
    const judgeForClient = (source: string, node: Importing) => {
      if (!source.startsWith(".")) {
        const isHeavy =
          source.startsWith("vscode-languageclient") && !isLoadedLater(file) && node.importKind !== "type";
        return isForClient(source) && !isHeavy ? null : `client/ must not import ${source} here.`;
      }
      const target = path.resolve(path.dirname(file), source);
      if (target.startsWith(client)) {
        const isLate = node.type === "ImportExpression" || node.importKind === "type" || isLoadedLater(file);
        return isLate || !isLoadedLater(target) ? null : `${source} is loaded only when it is needed: use import().`;
      }
      const folder = target.startsWith(root) ? target.slice(root.length).split(path.sep, 1).join("") : "";
      if (sharedWithClient.has(folder) && !isDoing(target)) return null;
      return `client/ must not import ${source} (allowed: server/src/protocol and what is pure in server/src/util).`;
    };
    const judgeLocal = (source: string, node: Importing) => {
      const target = path.resolve(path.dirname(file), source);
      if (isData(target)) return null;
      if (!target.startsWith(root)) return `${source} is outside server/src.`;
      if (wiringIsElsewhere.has(folder) && !isDoing(file) && isDoing(target) && node.importKind !== "type") {
        return `A decision must not import ${source}, which does I/O. Pass in what it needs.`;
      }
      const other = target.slice(root.length).split(path.sep, 1).join("");
      if (other === folder || mayImport[folder]?.includes(other)) return null;
      return `${folder}/ must not import ${other}/ (allowed: ${mayImport[folder]?.join(", ") || "nothing"}).`;
    };
    const judgePackage = (source: string) => {
      const builtin = source
        .replace(/^node:/, "")
        .split("/", 1)
        .join("");
      if (
        !source.startsWith("node:") &&
        !/^(fs|os|net|http|https|child_process|process|worker_threads|timers|dns)$/.test(builtin)
      ) {
        const io = source === "undici" || source === "execa";
        return io && decisionFolders.has(folder) && !isDoing(file)
          ? `${source} does I/O: only files in io/ or named *.io.ts may import it.`
          : null;
      }
      if (decisionFolders.has(folder) && !isDoing(file) && !pureBuiltins.has(builtin)) {
        return `${source} does I/O: only files in io/ or named *.io.ts may import it.`;
      }
      return null;
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
