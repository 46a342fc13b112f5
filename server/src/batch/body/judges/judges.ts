import { judgeBackground, judgePoolingTask, judgeStream } from "./flags.ts";
import {
  judgeEmbeddingInput,
  judgeEmbeddingMessages,
  judgeScoreSide,
  judgeScoreText,
  judgeScoreTexts,
} from "./pooling.ts";
import type { Judge } from "./judge.ts";
import { judgeLogitBias } from "./logitBias.ts";
import { judgeMessages } from "./messages.ts";
import { judgeModel, judgePromptTemplate } from "./model.ts";
import { judgeMaxTokens } from "./maxTokens.ts";
import { judgePrompt } from "./prompt.ts";
import { judgeResponseFormat, judgeTextFormat } from "./responseFormat.ts";
import { judgeResponseInput } from "./responseInput.ts";
import { judgeResponseToolChoice, judgeResponseTools } from "./responseTools.ts";
import { judgeCacheSalt, judgeStop, judgeXargs } from "./sampling.ts";
import { judgeToolChoice } from "./toolChoice.ts";
import { judgeTools } from "./tools.ts";

/** By the name that the schemas use in x-judge. */
export const judges: Readonly<Record<string, Judge>> = {
  background: judgeBackground,
  cacheSalt: judgeCacheSalt,
  embeddingInput: judgeEmbeddingInput,
  embeddingMessages: judgeEmbeddingMessages,
  logitBias: judgeLogitBias,
  maxTokens: judgeMaxTokens,
  messages: judgeMessages,
  model: judgeModel,
  poolingTask: judgePoolingTask,
  prompt: judgePrompt,
  promptTemplate: judgePromptTemplate,
  responseFormat: judgeResponseFormat,
  responseInput: judgeResponseInput,
  responseToolChoice: judgeResponseToolChoice,
  responseTools: judgeResponseTools,
  scoreSide: judgeScoreSide,
  scoreText: judgeScoreText,
  scoreTexts: judgeScoreTexts,
  stop: judgeStop,
  stream: judgeStream,
  textFormat: judgeTextFormat,
  toolChoice: judgeToolChoice,
  tools: judgeTools,
  xargs: judgeXargs,
};
