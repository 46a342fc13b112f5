/** The variable through which a server's key reaches a run: it is in no argument, no file and no log. */
export const API_KEY_ENV = "VLLM_BATCH_API_KEY";
