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
    if (inspection.test(words)) return importFailed(failure, log);
    const match = firstMatch(words, patterns);
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

/** The class is known and its file could not be imported; why stands above. */
function importFailed(failure: Failure, log: Transcript): Finding {
  const reason = log.failures.find(
    (other) => other.line < failure.line && /^(?:ImportError|ModuleNotFoundError|AttributeError)/.test(wordsOf(other)),
  );
  const missing = reason ? captured(wordsOf(reason), /No module named '([\w.]+)'/) : null;
  return finding(failure, {
    cause: "python_import_error",
    confidence: reason ? "medium" : "low",
    summary: `vLLM knows the model's class, but could not import it${missing === null ? "" : `: ${missing} is missing`}.`,
    facts: someFacts({ missing, architecture: captured(wordsOf(failure), /\['?(\w+)/) }),
    remedies: [advice("Repair the installation: reinstall vLLM with the libraries of its own version.")],
    alsoLines: reason ? [reason.line] : [],
  });
}
