// Runs a script of this project from a bare clone: installs the packages when they are missing or stale, then starts
// the script under the project's own Node. Uses nothing but Node's built-ins, and runs on old ones (20 and later).
//   node scripts/bootstrap.mjs SCRIPT [ARGUMENTS…]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bin = path.join(root, "node_modules", ".bin");
const stamp = path.join(root, "node_modules", ".installed");

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` },
    shell: process.platform === "win32",
  });
  if (result.error) console.error(`Could not start ${command}: ${result.error.message}`);
  // Death by a signal is not success: shells report it as 128 + number, we as 1.
  return result.status ?? 1;
}

const lock = readFileSync(path.join(root, "package-lock.json"));
const wanted = createHash("sha256").update(lock).digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.error("Installing the packages of this project (once, about 20 s) …");
  const code = run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel", "error"]);
  if (code !== 0) process.exit(code);
  writeFileSync(stamp, wanted);
}

const [script, ...args] = process.argv.slice(2);
if (script) {
  const own = path.join(bin, "node");
  const node = existsSync(own) ? own : process.execPath;
  if (node === process.execPath && Number(process.versions.node.split(".")[0]) < 24) {
    console.error(`This project needs Node 24 or later, and found ${process.versions.node}. Install it and try again.`);
    process.exit(1);
  }
  process.exit(run(node, [script, ...args]));
}
