import type { RequestListener } from "node:http";
import path from "node:path";
import type { FailureCase, Launch } from "./failureCase.ts";
import { playHub, refuse } from "./playedHub.ts";
import { repository, serveRepository } from "./playedRepository.ts";

/** Online, with an empty cache of its own, and a Hub of ours that answers like this. */
export async function fromPlayedHub(folder: string, listener: RequestListener): Promise<Launch> {
  const hub = await playHub(listener);
  return { model: repository, env: { ...online(folder), HF_ENDPOINT: hub.url }, dispose: () => hub.close() };
}

const online = (folder: string) => ({
  HF_HUB_OFFLINE: null,
  HF_HOME: path.join(folder, "huggingface"),
  HF_TOKEN: null,
});

/** A model that is not there, or cannot be reached. Nothing leaves the machine: the Hub is on the loopback. */
export const hubCases: readonly FailureCase[] = [
  {
    name: "path-wrong",
    cause: "model_not_found",
    phase: "start",
    remedy: "The folder is not there: check the path",
    prepare: ({ folder }) => ({ model: path.join(folder, "models", "tiny-lama") }),
  },
  {
    name: "relative-path-wrong",
    cause: "model_not_found",
    phase: "start",
    remedy: "The folder ./models/tiny-lama is not there: check the path",
    prepare: () => ({ model: "./models/tiny-lama" }),
  },
  {
    name: "offline-not-cached",
    cause: "hub_offline_or_network",
    phase: "start",
    facts: { model: repository },
    remedy: "The model is not in the cache and HF_HUB_OFFLINE is set: download it first, or go online",
    prepare: ({ folder }) => ({ model: repository, env: { HF_HOME: path.join(folder, "huggingface") } }),
  },
  {
    name: "hub-refuses-connection",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "The Hub cannot be reached: check the network, the proxy and HF_ENDPOINT",
    prepare: ({ folder, port }) => ({
      model: repository,
      // Nobody listens there yet: vLLM looks at the model before it binds its port.
      env: { ...online(folder), HF_ENDPOINT: `http://127.0.0.1:${port + 1}` },
    }),
  },
  {
    name: "hub-name-not-resolved",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "The Hub's name cannot be resolved: check the network and HF_ENDPOINT",
    prepare: ({ folder }) => ({ model: repository, env: { ...online(folder), HF_ENDPOINT: "http://hub.invalid" } }),
  },
  {
    name: "hub-proxy-dead",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "The proxy does not answer: check HTTPS_PROXY",
    prepare: ({ folder, port }) => ({
      model: repository,
      env: { ...online(folder), HTTPS_PROXY: `http://127.0.0.1:${port + 1}`, https_proxy: null, no_proxy: null },
    }),
  },
  {
    name: "hub-broken-tls",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "TLS to the Hub fails: check the proxy and HF_ENDPOINT",
    prepare: async ({ folder }) => {
      const hub = await playHub(refuse(400));
      const endpoint = hub.url.replace("http:", "https:");
      return { model: repository, env: { ...online(folder), HF_ENDPOINT: endpoint }, dispose: () => hub.close() };
    },
  },
  {
    name: "hub-unavailable-503",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "The Hub answers 503: try again later",
    prepare: ({ folder }) => fromPlayedHub(folder, refuse(503, { "retry-after": "1" })),
  },
  {
    name: "hub-repository-unknown",
    cause: "model_not_found",
    phase: "start",
    facts: { model: repository },
    remedy: "The Hub has no such repository: check its name",
    prepare: ({ folder }) =>
      fromPlayedHub(
        folder,
        refuse(401, {
          "x-error-code": "RepoNotFound",
          "x-error-message": "Repository not found",
          "www-authenticate": 'Bearer realm="Authentication required", charset="UTF-8"',
        }),
      ),
  },
  {
    name: "hub-gated-no-token",
    cause: "model_gated",
    phase: "start",
    facts: { model: repository },
    remedy: "Accept the licence on the model's page and set HF_TOKEN",
    prepare: ({ folder }) =>
      fromPlayedHub(
        folder,
        refuse(401, {
          "x-error-code": "GatedRepo",
          "x-error-message": `Access to model ${repository} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
        }),
      ),
  },
  {
    name: "hub-gated-not-on-the-list",
    cause: "model_gated",
    phase: "start",
    facts: { model: repository },
    remedy: "This account has no access to the model: ask for it on the model's page",
    prepare: async ({ folder }) => {
      const launch = await fromPlayedHub(
        folder,
        refuse(403, {
          "x-error-code": "GatedRepo",
          "x-error-message": `Access to model ${repository} is restricted and you are not in the authorized list. Visit https://huggingface.co/${repository} to ask for access.`,
        }),
      );
      return { ...launch, env: { ...launch.env, HF_TOKEN: "hf_of_nobody" } };
    },
  },
  {
    name: "hub-revision-unknown",
    cause: "model_not_found",
    phase: "start",
    facts: { model: repository, httpStatus: 404 },
    remedy: "The repository has no revision v9: take --revision away",
    prepare: async ({ folder }) => {
      const launch = await fromPlayedHub(
        folder,
        refuse(404, { "x-error-code": "RevisionNotFound", "x-error-message": "Invalid rev id: v9" }),
      );
      return { ...launch, flags: { revision: "v9" } };
    },
  },
  {
    name: "hub-download-breaks-off",
    cause: "hub_offline_or_network",
    phase: "start",
    remedy: "The download of the weights breaks off: check the network, start again",
    prepare: async ({ folder, installed }) => {
      const listener = await serveRepository(installed.models.tiny, { weightsMiB: 8, breakOffAfterMiB: 3 });
      return { ...(await fromPlayedHub(folder, listener)), flags: { "load-format": "auto" } };
    },
  },
];
