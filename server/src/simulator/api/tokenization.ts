import { BodyReader } from "./bodyReader.ts";
import { validationError } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { detokenize, tokenize } from "../text/tokenizer.ts";
import { summarize } from "./bodyReader.ts";
import { checkMessages, renderMessages } from "./chatMessages.ts";
import { textOfIds } from "./completionRequest.ts";
import { jsonBody } from "./jsonBody.ts";
import { servedModel } from "./models.ts";
import type { Service } from "./service.ts";

/** `POST /tokenize`, of a prompt or of a conversation. */
export function tokenizeRequest(service: Service, exchange: Exchange): void {
  const reader = new BodyReader(jsonBody(exchange));
  const prompt = reader.string("prompt");
  const messages = reader.list("messages");
  if (messages !== undefined) checkMessages(reader, messages);
  const model = reader.string("model");
  const wantsTexts = reader.boolean("return_token_strs") ?? false;
  reader.check();
  if (prompt === undefined && messages === undefined) throw neitherPromptNorMessages(reader);
  servedModel(service, model);
  const text = prompt ?? renderMessages(model ?? "", messages ?? [], false);
  const tokens = tokenize(text);
  exchange.json(
    JSON.stringify({
      count: tokens.length,
      max_model_len: service.settings.maxModelLen,
      tokens,
      token_strs: wantsTexts ? tokens.map((id) => detokenize([id])) : null,
    }),
  );
}

function neitherPromptNorMessages({ body }: BodyReader): Error {
  const missing = (loc: string) => ({ type: "missing", loc, msg: "Field required", input: summarize(body) });
  return validationError([missing("body.prompt"), missing("body.messages")]);
}

/** `POST /detokenize`. */
export function detokenizeRequest(service: Service, exchange: Exchange): void {
  const reader = new BodyReader(jsonBody(exchange));
  const model = reader.string("model");
  reader.require("tokens");
  const tokens = reader.list("tokens") ?? [];
  reader.check();
  servedModel(service, model);
  exchange.json(JSON.stringify({ prompt: textOfIds(tokens) }));
}
