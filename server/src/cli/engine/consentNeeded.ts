import type { ConsentRequest } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError } from "../verb.ts";

/** Nothing was started: a person must confirm something first, and nobody could be asked. */
export class ConsentNeeded extends CliError {
  override name = "ConsentNeeded";
  readonly request: ConsentRequest;
  constructor(message: string, request: ConsentRequest) {
    super(message, ExitCode.usage);
    this.request = request;
  }
}
