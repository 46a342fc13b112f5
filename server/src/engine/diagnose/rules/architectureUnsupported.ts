import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, firstMatch, passedThrough, wordsOf } from "../words.ts";

const patterns = [
  /Model architectures? \[?['"]?([\w-]+)['"]?\]?,? .{0,2000}?(?:are|is) not supported for now/s,
  /Model architecture (\w+) was supported in vLLM until/,
  /Model architecture (\w+) is not supported in-tree anymore/,
  /model type [`'"]([\w.-]+)[`'"] but Transformers does not recognize this architecture/,
  /(\w+) has no vLLM implementation/,
  /No model architectures are specified/,
  /Unrecognized model in /,
  /Unrecognized configuration class/,
  /['"]?(\w+)['"]? is not a registered model in the Transformers library/,
  /(?:Cannot find model module|No module named 'vllm\.model_executor\.models\.)/,
  /GGUF model with architecture (\S+) is not supported/i,
  /The Transformers implementation of .{0,80} is not compatible with vLLM/,
];
const configLookUp = /configuration_auto\.py$|^__getitem__$/;
const inspection = /Model architectures? \[.{0,300}\] failed to be inspected/s;

/** vLLM or transformers does not know the model's class. */
export const architectureUnsupported: Rule = {
  cause: "architecture_unsupported",
  judge(failure, log) {
    const words = wordsOf(failure);
    const match = firstMatch(words, patterns);
    const isKnown = match !== null && (inspectionError(failure, log) !== undefined || isListed(words, match[1]));
    if (inspection.test(words) || isKnown) return importFailed(failure, log);
    const isLookUp = /^KeyError: '[\w-]+'$/.test(words.trim()) && passedThrough(failure, configLookUp);
    if (!match && !isLookUp) return null;
    const architecture = match?.[1] ?? captured(words, /KeyError: '([\w-]+)'/);
    const lastVersion = captured(words, /was supported in vLLM until v?(\d[\w.]*\d)/);
    return finding(failure, {
      cause: "architecture_unsupported",
      confidence: failure.isFatal ? (isLookUp ? "medium" : "high") : "low",
      summary:
        lastVersion === null
          ? `Neither this vLLM nor its transformers know the model's architecture${architecture === null ? "" : ` ${architecture}`}.`
          : `${architecture ?? "The architecture"} was taken out of vLLM: the last version that knows it is ${lastVersion}.`,
      facts: someFacts({ architecture, lastVersion }),
      remedies: [
        lastVersion === null
          ? advice("Upgrade vLLM and transformers, or take another model.")
          : advice(`Install vLLM ${lastVersion} in an environment of its own, or take another model.`),
      ],
    });
  },
};

/** What its registry of models said when it looked into the class. */
function inspectionError(failure: Failure, log: Transcript): Failure | undefined {
  return log.failures.find(
    ({ line, kind, source }) =>
      line < failure.line && kind === "exception" && /(?:^|\/)registry\.py:/.test(source ?? ""),
  );
}

/** The message goes on with all that it knows: what is among them is not what fails. */
function isListed(words: string, architecture: string | undefined): boolean {
  const [, known = ""] = words.split(/Supported architectures:/);
  return architecture !== undefined && known.includes(`'${architecture}'`);
}

/** The class is known and its file could not be imported; why stands above. */
function importFailed(failure: Failure, log: Transcript): Finding {
  const reason =
    inspectionError(failure, log) ??
    log.failures.find(
      (other) =>
        other.line < failure.line && /^(?:ImportError|ModuleNotFoundError|AttributeError)/.test(wordsOf(other)),
    );
  const missing = reason ? captured(wordsOf(reason), /No module named '([\w.]+)'/) : null;
  return finding(failure, {
    cause: "python_import_error",
    confidence: reason ? "medium" : "low",
    summary: `vLLM knows the model's class, but could not import it${why(reason, missing)}.`,
    facts: someFacts({ missing, architecture: captured(wordsOf(failure), /\['?(\w+)/) }),
    remedies: [advice("Repair the installation: reinstall vLLM with the libraries of its own version.")],
    alsoLines: reason ? [reason.line] : [],
  });
}

function why(reason: Failure | undefined, missing: string | null): string {
  if (missing !== null) return `: ${missing} is missing`;
  if (reason !== undefined && /undefined symbol/.test(wordsOf(reason))) {
    return ": a compiled part of it does not fit the installed PyTorch";
  }
  return reason === undefined ? "" : `: ${wordsOf(reason).split("\n")[0]?.slice(0, 200) ?? ""}`;
}
