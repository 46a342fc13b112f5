/** Names the file into which a window writes how many milliseconds the extension took to start. */
export const activationFileVariable = "VLLM_BATCH_ACTIVATION_FILE";
