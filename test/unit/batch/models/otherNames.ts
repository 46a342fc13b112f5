/** Names that are not plainly Ollama's library, and what is certain of each: `name = model`, one a line. */
export const certainNames = `
LLAMA3.2:3B = meta-llama/Llama-3.2-3B-Instruct
Qwen2.5:7B-Instruct-Q5_K_M = Qwen/Qwen2.5-7B-Instruct
library/phi4 = microsoft/phi-4
ollama/qwen2.5:7b = Qwen/Qwen2.5-7B-Instruct
ollama_chat/mistral-nemo = mistralai/Mistral-Nemo-Instruct-2407
ollama:gemma3:4b = google/gemma-3-4b-it
ollama://smollm2:360m = HuggingFaceTB/SmolLM2-360M-Instruct
registry.ollama.ai/library/gemma2:2b-instruct-q4_0 = google/gemma-2-2b-it
https://ollama.com/library/qwq = Qwen/QwQ-32B
ollama/registry.ollama.ai/library/tulu3 = allenai/Llama-3.1-Tulu-3-8B
qwen3-coder:480b-cloud = Qwen/Qwen3-Coder-480B-A35B-Instruct
qwen3.5:cloud = Qwen/Qwen3.5-397B-A17B
qwen3-vl:235b-instruct-cloud = Qwen/Qwen3-VL-235B-A22B-Instruct
kimi-k2:1t-cloud = moonshotai/Kimi-K2-Instruct-0905
minimax-m2:cloud = MiniMaxAI/MiniMax-M2
glm-4.6:cloud = zai-org/GLM-4.6
deepseek-v3.2:cloud = deepseek-ai/DeepSeek-V3.2
gpt-oss:20b-cloud = openai/gpt-oss-20b
mistral:7b-instruct-fp16 = mistralai/Mistral-7B-Instruct-v0.1
mistral:instruct = mistralai/Mistral-7B-Instruct-v0.3
gemma:2b = google/gemma-2b-it
gemma:2b-instruct = google/gemma-1.1-2b-it
gemma:7b-instruct-q4_0 = google/gemma-7b-it
yi:6b-q4_0 = 01-ai/Yi-6B
yi:9b-v1.5-q8_0 = 01-ai/Yi-1.5-9B
qwen3:4b = Qwen/Qwen3-4B-Thinking-2507
qwen3:4b-q8_0 = Qwen/Qwen3-4B
qwen3:30b-a3b-q4_K_M = Qwen/Qwen3-30B-A3B
qwen3:30b-instruct = Qwen/Qwen3-30B-A3B-Instruct-2507
granite4 = ibm-granite/granite-4.0-micro
hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M = meta-llama/Llama-3.2-1B-Instruct
hf.co/bartowski/Meta-Llama-3.1-70B-Instruct-GGUF = meta-llama/Llama-3.1-70B-Instruct
hf.co/bartowski/google_gemma-3-4b-it-GGUF:Q8_0 = google/gemma-3-4b-it
hf.co/bartowski/THUDM_GLM-4-9B-0414-GGUF:Q6_K = zai-org/GLM-4-9B-0414
hf.co/bartowski/internlm2_5-20b-chat-GGUF = internlm/internlm2_5-20b-chat
hf.co/bartowski/Qwen_Qwen9-900B-GGUF:Q4_K_M = Qwen/Qwen9-900B
hf.co/TheBloke/Llama-2-7B-Chat-GGUF:Q4_0 = meta-llama/Llama-2-7b-chat-hf
hf.co/TheBloke/CodeLlama-34B-Python-GGUF = codellama/CodeLlama-34b-Python-hf
hf.co/TheBloke/zephyr-7B-beta-GGUF:Q5_K_M = HuggingFaceH4/zephyr-7b-beta
hf.co/unsloth/Qwen3.5-9B-MTP-GGUF = Qwen/Qwen3.5-9B
hf.co/unsloth/gemma-3n-E4B-it-GGUF:UD-Q4_K_XL = google/gemma-3n-E4B-it
hf.co/mradermacher/Qwen3.6-27B-i1-GGUF:IQ4_XS = Qwen/Qwen3.6-27B
hf.co/lmstudio-community/NVIDIA-Nemotron-3-Nano-30B-A3B-GGUF = nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16
hf.co/ggml-org/embeddinggemma-300M-GGUF = google/embeddinggemma-300m
hf.co/CompendiumLabs/bge-large-en-v1.5-gguf = BAAI/bge-large-en-v1.5
hf.co/mistralai/Devstral-Small-2507_gguf:Q4_K_M = mistralai/Devstral-Small-2507
hf.co/Qwen/Qwen2.5-Coder-3B-Instruct-GGUF:q8_0 = Qwen/Qwen2.5-Coder-3B-Instruct
hf.co/LiquidAI/LFM9-1B-GGUF = LiquidAI/LFM9-1B
huggingface.co/MaziyarPanahi/Mistral-7B-Instruct-v0.3-GGUF:Q4_K_S = mistralai/Mistral-7B-Instruct-v0.3
https://huggingface.co/unsloth/phi-4-GGUF = microsoft/phi-4
https://huggingface.co/Qwen/Qwen3-8B = Qwen/Qwen3-8B
https://huggingface.co/Qwen/Qwen3-8B/tree/main = Qwen/Qwen3-8B
hf://ibm-granite/granite-4.0-h-tiny-GGUF = ibm-granite/granite-4.0-h-tiny
ollama/hf.co/bartowski/gemma-2-2b-it-GGUF:Q4_K_M = google/gemma-2-2b-it
dengcao/Qwen3-Embedding-0.6B:Q8_0 = Qwen/Qwen3-Embedding-0.6B
jina/jina-embeddings-v2-base-en = jinaai/jina-embeddings-v2-base-en
quentinz/bge-large-zh-v1.5:f16 = BAAI/bge-large-zh-v1.5
`;

/** Names for which a person has to choose: `name = the first candidate`, one a line. */
export const unsureNames = `
qwen3:9b = Qwen/Qwen3-8B
llama3.3:8b = meta-llama/Llama-3.3-70B-Instruct
gemma3:7b = google/gemma-3-12b-it
deepseek-r1:13b = deepseek-ai/DeepSeek-R1-Distill-Qwen-14B
phi4:7b = microsoft/phi-4
mistral:13b = mistralai/Mistral-7B-Instruct-v0.3
llama3.1:8b-finetuned = meta-llama/Llama-3.1-8B-Instruct
llama3.1:8b-q4_K_M = meta-llama/Llama-3.1-8B-Instruct
deepseek-r1:8b-q4_K_M = deepseek-ai/DeepSeek-R1-0528-Qwen3-8B
gemma3:4b-it-qat = google/gemma-3-4b-it
granite4.1 = ibm-granite/granite-4.1-3b
wizardlm2:8x22b = alpindale/WizardLM-2-8x22B
sqlcoder = defog/sqlcoder-7b
qwen:72b-text = Qwen/Qwen1.5-72B
qwen:7b-q4_0 = Qwen/Qwen-7B
kimi-k2.6 = moonshotai/Kimi-K2.6
llama-3.1:8b = meta-llama/Llama-3.1-8B-Instruct
lama3.1:8b = meta-llama/Llama-3.1-8B-Instruct
llama3.1-8b = meta-llama/Llama-3.1-8B-Instruct
qwen2.5-vl:7b = Qwen/Qwen2.5-VL-7B-Instruct
Llama-3.1-8B-Instruct = meta-llama/Llama-3.1-8B-Instruct
all-MiniLM-L6-v2 = sentence-transformers/all-MiniLM-L6-v2
gpt-oss-20b = openai/gpt-oss-20b
hf.co/unsloth/Qwen3-8B-128K-GGUF:Q4_K_M = Qwen/Qwen3-8B
hf.co/unsloth/gemma-3-4b-it-qat-GGUF = google/gemma-3-4b-it
hf.co/google/gemma-3-12b-it-qat-q4_0-gguf = google/gemma-3-12b-it
hf.co/NousResearch/Meta-Llama-3-8B-Instruct-GGUF = meta-llama/Meta-Llama-3-8B-Instruct
hf.co/bartowski/TheDrummer_Cydonia-24B-v4-GGUF = TheDrummer/Cydonia-24B-v4
hf.co/someone/Qwen3-8B-GGUF:Q4_K_M = Qwen/Qwen3-8B
hf.co/someone/My-Finetune-GGUF = someone/My-Finetune
hf.co/someone/No-Suffix:Q4_K_M = someone/No-Suffix
orieg/gemma3-tools:27b = google/gemma-3-27b-it
MFDoom/deepseek-r1-tool-calling:14b = deepseek-ai/DeepSeek-R1-Distill-Qwen-14B
huihui_ai/qwen2.5-abliterate:14b = huihui-ai/Qwen2.5-14B-Instruct-abliterated
dengcao/Qwen3-Embedding-0.6B:finetuned = Qwen/Qwen3-Embedding-0.6B
hf.co/bartowski/Qwen_Qwen9-900B-1M-GGUF = Qwen/Qwen9-900B-1M
hf.co/bartowski/NousResearch_Meta-Llama-3-8B-Instruct-GGUF = meta-llama/Meta-Llama-3-8B-Instruct
someone/Qwen2.5-7B-Instruct:latest = Qwen/Qwen2.5-7B-Instruct
`;

/** Names to leave alone, one a line. */
export const namesToKeep = `
meta-llama/Llama-3.1-8B-Instruct
Qwen/Qwen3-8B-AWQ
RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16
bartowski/Llama-3.2-3B-Instruct-GGUF
unsloth/Qwen3-0.6B-GGUF:Q4_K_M
CohereForAI/aya-expanse-8b
someone/llama3
erwan2/DeepSeek-R1-Distill-Qwen-7B
./llama3.1
../models/qwen3
/mnt/models/qwen3:8b
~/models/llama3
C:\\models\\llama3
.\\llama3
models/a/b
s3://bucket/llama3
file:///srv/llama3
https://example.org/llama3
llama-3.1-8b.Q4_K_M.gguf
downloads/qwen3:8b.gguf
localhost:5000/library/llama3
my-lora
llama3.1-sql-lora
my-model:v2
customer-support-v3
model
string
<model>
{{model}}
\${MODEL}
$MODEL
%MODEL%
YOUR_MODEL
llama3 latest
llama3:8b:latest
gpt-4o
gpt-4o-mini-2024-07-18
gpt-5-nano
o3-mini
openai/gpt-4.1
chatgpt-4o-latest
text-embedding-3-large
ft:gpt-4o-mini-2024-07-18:org::abc
claude-sonnet-4-5
anthropic/claude-3.5-haiku
anthropic.claude-3-sonnet-20240229-v1:0
gemini-2.5-flash
gemini-3-flash-preview:cloud
mistral-large-latest
codestral-latest
open-mistral-7b
qwen-max
qwen3-max
deepseek-chat
deepseek-reasoner
grok-4
llama-3.1-8b-instant
llama3-70b-8192
mixtral-8x7b-32768
meta.llama3-1-8b-instruct-v1:0
@cf/meta/llama-3.1-8b-instruct
accounts/fireworks/models/llama-v3p1-8b-instruct
ollama/nobody-knows-this
registry.ollama.ai/someone/private:latest
`;
