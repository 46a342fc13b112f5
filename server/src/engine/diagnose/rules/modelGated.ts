import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { chainWords, firstMatch, wordsOf } from "../words.ts";
import { modelIn, statusIn } from "./hubWords.ts";

const gated = [
  /GatedRepoError/,
  /You are trying to access a gated repo/,
  /Cannot access gated repo/,
  /Access to model \S{1,200} is restricted/,
  /Your request to access model \S{1,200} (?:is awaiting|has been rejected)/,
  /you (?:are not|must be) (?:in the authorized list|authenticated|authorized) .{0,60}access/i,
  /Invalid credentials in Authorization header/,
  /(?:Invalid|expired) user (?:access )?token|User Access Token .{0,60}(?:expired|invalid)/i,
  /403 (?:Client Error|Forbidden).{0,300}(?:huggingface\.co|hf\.co|modelscope)/s,
  /Client error '40[13] \w+' for url 'https:\/\/(?:huggingface\.co|hf\.co)/,
];

/** By itself: of a name that does not exist the Hub says it, too. */
const refused = /^HTTPError: 401 .{0,200}(?:huggingface\.co|hf\.co)\/.{0,200}\/resolve\//s;

/** The model exists, and may not be read with this token. */
export const modelGated: Rule = {
  cause: "model_gated",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isGuess = refused.test(words);
    if (!isGuess && !firstMatch(words, gated)) return null;
    const chain = chainWords(failure, log);
    // The store of the files refuses links that have run out with 403, too: the model itself was open.
    if (/CAS service error|(?:xethub|cdn-lfs)[\w.-]*\.hf\.co/.test(words)) return null;
    // The Hub answers 401 for names that do not exist, too; it says which one further on.
    if (/RepositoryNotFoundError|Repository Not Found/.test(chain)) return null;
    const model = modelIn(chain, log);
    const isWaiting = /awaiting a review/.test(chain);
    return finding(failure, {
      cause: "model_gated",
      ...(isGuess ? { confidence: "low" as const } : {}),
      summary: `The model ${model ?? ""} may not be downloaded with this token: access has not been granted.`.replace(
        "  ",
        " ",
      ),
      facts: someFacts({ model, httpStatus: statusIn(chain) }),
      remedies: [
        isWaiting
          ? advice("Wait until its owners have granted access, or take another model.")
          : advice(
              "Accept the model's licence on its page at huggingface.co, and set HF_TOKEN to a token of that account.",
            ),
      ],
    });
  },
};
