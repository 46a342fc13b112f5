import { unknownModel } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Service } from "./service.ts";

/** `GET /v1/models`. */
export function listModels(service: Service, exchange: Exchange): void {
  const { servedModelNames, model, maxModelLen } = service.settings;
  const created = service.nowSeconds();
  const data = servedModelNames.map((id) => ({
    id,
    object: "model",
    created,
    owned_by: "vllm",
    root: model,
    parent: null,
    max_model_len: maxModelLen,
    permission: [
      {
        id: `modelperm-${service.newId()}`,
        object: "model_permission",
        created,
        allow_create_engine: false,
        allow_sampling: true,
        allow_logprobs: true,
        allow_search_indices: false,
        allow_view: true,
        allow_fine_tuning: false,
        organization: "*",
        group: null,
        is_blocking: false,
      },
    ],
  }));
  exchange.json(JSON.stringify({ object: "list", data }));
}

/**
 * The name that answers carry: vLLM answers with the one that was asked for, or with its first when none was. Throws
 * the 404 of an unknown one.
 */
export function servedModel(service: Service, asked: string | undefined): string {
  const { servedModelNames, tasks } = service.settings;
  if (asked === undefined || asked === "") return servedModelNames[0] ?? "";
  if (servedModelNames.includes(asked)) return servedModelNames[0] ?? asked;
  throw unknownModel(asked, tasks.includes("embed") ? undefined : servedModelNames);
}
