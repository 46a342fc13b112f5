import type { PrintedException } from "./exceptions.ts";

/** Said by vLLM in front of the traceback of what ended an engine, a worker or a start. */
const fatalTitle =
  /^(?:EngineCore (?:failed to start|hit an exception|encountered a fatal error|encountered an issue)|WorkerProc (?:failed to start|hit an exception)|AsyncLLM output_handler failed|Engine (?:core|process) |Engine loop has died|Error executing method|Failed to (?:start|initialize)|Exception occurred while running|Error in (?:starting|initializing) |MQLLMEngine|Worker (?:proc|VllmWorker)|Traceback)/i;
const fatalSource =
  /(?:^|\/)(?:core|multiproc_executor|engine|core_client|worker_base|ray_\w+|multiproc_worker_utils|launcher|serve)\.py/;
/** A request that failed, or an error in the closing of something: the engine went on. */
const harmlessTitle =
  /Exception in ASGI application|^Exception ignored |^--- Logging error|exception was never retrieved|exception calling callback|^Request \S+ failed|^Error in preprocessing prompt|^Error with model|Error in inspecting model/;
/** Calls such as wake_up and add_lora are answered with the error. */
const utilityTitle = /^Invocation of \w+ method failed/;
const requestFrame =
  /[\\/](?:starlette|fastapi)[\\/]|[\\/]serving\w*\.py$|[\\/]entrypoints[\\/].*[\\/](?:serving|protocol|api_router)\.py$/;
const requestSource =
  /(?:^|\/)(?:serving\w*|base_serving|engine_serving|api_router|exception_handlers?|preprocess\w*)\.py|serving/;

/** Did it end a process, as far as the record and the place in the code tell? */
export function isFatal(exception: PrintedException, isServing: boolean): boolean {
  if (harmlessTitle.test(exception.title)) return false;
  const { source, level } = exception.line;
  if (isServing && (isOfRequest(exception) || utilityTitle.test(exception.title))) return false;
  if (source === null) return !(isServing && isForeign(exception));
  return level === "error" && (fatalTitle.test(exception.title) || fatalSource.test(source));
}

/** Of a script that writes into the same log: nothing in it is of vLLM, nor of any installed package. */
function isForeign({ line, frames }: PrintedException): boolean {
  if (line.process !== null || frames.length === 0) return false;
  return frames.every(({ file }) => !/(?:site|dist)-packages|[\\/]vllm[\\/]|[\\/]lib[\\/]python/.test(file));
}

function isOfRequest(exception: PrintedException): boolean {
  const { source } = exception.line;
  if (source !== null && requestSource.test(source)) return true;
  return exception.frames.some((frame) => requestFrame.test(frame.file));
}
