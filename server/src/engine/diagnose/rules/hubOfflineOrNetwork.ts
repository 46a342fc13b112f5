import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Transcript } from "../transcript/types.ts";
import { chainWords, firstMatch, passedThrough, said, wordsOf } from "../words.ts";
import { hostIn, modelIn, statusIn } from "./hubWords.ts";

const unreachable = [
  /OfflineModeIsEnabled|offline mode is enabled/,
  /LocalEntryNotFoundError|Cannot find the requested files in the disk cache/,
  /We couldn't connect to '?https?:/,
  /outgoing traffic has been disabled|Cannot find an appropriate cached snapshot folder/,
  /(?:Connect|Read|Connection|Pool)Timeout(?:Error)?\b/,
  /ProxyError|Cannot connect to proxy|Proxy Authentication Required/,
  /SSLError|CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError/,
  /NameResolutionError|Name or service not known|Temporary failure in name resolution|getaddrinfo failed|nodename nor servname/,
  /Max retries exceeded with url/,
  /(?:ConnectError|NewConnectionError|RemoteProtocolError|ReadError|ProtocolError|ChunkedEncodingError|IncompleteRead)\b/,
  /Network is unreachable/,
  /HfHubHTTPError/,
  /(?:429|50[0234]) (?:Client|Server) Error/,
  /(?:Client|Server) error '(?:429|50[0234])/,
  /Consistency check failed: file should be of size/,
  /(?:failed to|error|could not|unable to) download(?:ing)? /i,
  /CAS service error|hf_xet|xet_core/i,
  /Data processing error: .{0,80}(?:download|network|request)/i,
  /Error while deserializing header|HeaderTooLarge|MetadataIncompleteBuffer|InvalidHeader/,
  /Distant resource does not (?:seem to be on|have)|An error happened while trying to locate the file(?:s)? on the Hub/,
];
/** Weights that are cut off, or a Git LFS pointer in their place. */
const damaged = [
  /UnpicklingError|invalid load key|PytorchStreamReader failed|Ran out of input|unexpected EOF|^MemoryError|unpack requires a buffer/,
];
const weightFile = /serialization\.py$|weight_utils\.py$|pt_weights_iterator|safetensors/;
const httpPlace =
  /huggingface_hub|requests|urllib3|httpx|httpcore|aiohttp|transformers|modelscope|safetensors|weight_utils|repo_utils/;
/** Whom a request went to: others than the Hub, its mirrors and stores have other paths. */
const url = /https?:\/\/[^\s'"<>]+/;
const ofHub = /huggingface|hf\.co|cdn-lfs|hf-mirror|modelscope|xethub|\/resolve\/|\/api\/(?:models|v1\/models)/;
const hubPlace = /huggingface_hub|transformers|modelscope|weight_utils|repo_utils/;
const namesServer = /HTTPS?ConnectionPool|Max retries exceeded|https?:\/\/[\w-]+\.[\w.-]*[a-z]{2}\b/;
const isAnswer = /(?:Client|Server) [Ee]rror/;
const needsPlace =
  /^(?:ConnectError|ReadError|ProtocolError|ConnectionError|ConnectTimeout|ReadTimeout|RemoteProtocolError)/;

/** The Hub cannot be reached or may not be, or a download broke. */
export const hubOfflineOrNetwork: Rule = {
  cause: "hub_offline_or_network",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isDamaged = firstMatch(words, damaged) !== null && passedThrough(failure, weightFile);
    if (!isDamaged && !said(failure, unreachable)) return null;
    const asked = url.exec(words)?.[0];
    if (asked !== undefined && !ofHub.test(asked) && isAnswer.test(words) && !passedThrough(failure, hubPlace))
      return null;
    const isOfHttp = namesServer.test(words) || passedThrough(failure, httpPlace);
    if (needsPlace.test(words) && failure.kind === "exception" && !isOfHttp) return null;
    if (failure.kind === "line" && failure.level === "warning") return null;
    const chain = chainWords(failure, log);
    const isOffline =
      /OfflineModeIsEnabled|offline mode is enabled|outgoing traffic has been disabled/.test(chain) ||
      isSetOffline(log);
    const isBroken =
      /deserializing header|HeaderTooLarge|IncompleteBuffer|InvalidHeader|Consistency check|Incomplete/.test(words);
    const model = modelIn(chain, log);
    return finding(failure, {
      cause: "hub_offline_or_network",
      ...(isDamaged ? { confidence: "medium" as const } : {}),
      summary: summaryOf(isOffline, isBroken, model, hostIn(chain)),
      facts: someFacts({
        model,
        offline: isOffline ? true : null,
        host: isOffline ? null : hostIn(chain),
        httpStatus: statusIn(chain),
      }),
      remedies: remediesFor(isOffline, isBroken),
    });
  },
};

function isSetOffline(log: Transcript): boolean {
  return log.lines.some((line) => /HF_HUB_OFFLINE is True|HF_HUB_OFFLINE=1|TRANSFORMERS_OFFLINE=1/.test(line.text));
}

function summaryOf(isOffline: boolean, isBroken: boolean, model: string | null, host: string | null): string {
  const name = model === null ? "The model" : `The model ${model}`;
  if (isOffline) return `${name} is not in the cache, and offline mode (HF_HUB_OFFLINE) forbids to download it.`;
  if (isBroken) return `A file of ${model ?? "the model"} is incomplete or damaged: its download broke off.`;
  return `${name} could not be downloaded: ${host ?? "the Hub"} is not reachable from here.`;
}

function remediesFor(isOffline: boolean, isBroken: boolean): Finding["remedies"] {
  if (isOffline) {
    const change = { env: { HF_HUB_OFFLINE: null } };
    return [
      advice("Download it once without HF_HUB_OFFLINE (hf download MODEL), or give the path of a local folder."),
      advice("Or start without HF_HUB_OFFLINE.", change),
    ];
  }
  if (isBroken) return [advice("Delete the model's folder in the Hugging Face cache and download it again.")];
  return [
    advice("Check the connection, proxy (HTTPS_PROXY) and firewall; a mirror can be set with HF_ENDPOINT."),
    advice("Or give the path of a folder that holds the model."),
  ];
}
