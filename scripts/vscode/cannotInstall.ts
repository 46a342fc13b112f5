/** Why there can be no VS Code in a browser here. Suites show the message beside "skipped". */
export class CannotInstall extends Error {
  override name = "CannotInstall";

  /** A step that failed, with the last lines that its command said. */
  static after(what: string, error: { readonly all?: unknown; readonly shortMessage: string }): CannotInstall {
    // A command that is not there says nothing; then the short message does.
    const said = typeof error.all === "string" && error.all !== "" ? error.all : error.shortMessage;
    return new CannotInstall(`${what}:\n${said.trim().split("\n").slice(-8).join("\n")}`);
  }
}
