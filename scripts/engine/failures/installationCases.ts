import { mkdir, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import type { FailureCase } from "./failureCase.ts";
import { shadowModules } from "./modelFolder.ts";

/** A folder for PATH that has the system's programs but these. */
async function programsWithout(folder: string, missing: RegExp): Promise<string> {
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  for (const name of await readdir("/usr/bin")) {
    if (!missing.test(name)) await symlink(path.join("/usr/bin", name), path.join(bin, name));
  }
  return bin;
}

/** A vLLM that is not there, or not whole. */
export const installationCases: readonly FailureCase[] = [
  {
    name: "numpy-broken",
    cause: "python_import_error",
    phase: "start",
    remedy: "numpy does not import: install vLLM anew in an environment of its own",
    prepare: async (scene) => {
      const text =
        'raise ImportError("libopenblas64_p-r0.so: cannot open shared object file: No such file or directory")\n';
      return { env: { PYTHONPATH: await shadowModules(scene, { "numpy/__init__.py": text }) } };
    },
  },
  {
    name: "module-missing",
    cause: "python_import_error",
    phase: "start",
    facts: { missing: "msgspec" },
    remedy: "msgspec is missing: install vLLM anew in an environment of its own",
    prepare: async (scene) => {
      const text = "raise ModuleNotFoundError(\"No module named 'msgspec'\", name='msgspec')\n";
      return { env: { PYTHONPATH: await shadowModules(scene, { "msgspec/__init__.py": text }) } };
    },
  },
  {
    name: "module-of-another-version",
    cause: "python_import_error",
    phase: "start",
    remedy: "tokenizers is of another version than transformers wants: install vLLM anew",
    alsoAccept: ["tokenizer_or_chat_template"],
    prepare: async (scene) => ({
      env: { PYTHONPATH: await shadowModules(scene, { "tokenizers/__init__.py": '__version__ = "0.19.1"\n' }) },
    }),
  },
  {
    name: "ray-not-installed",
    cause: "python_import_error",
    phase: "start",
    facts: { missing: "ray" },
    remedy: "Ray is not installed: --distributed-executor-backend mp, or install ray",
    alsoAccept: ["bad_flag"],
    prepare: () => ({ flags: { "distributed-executor-backend": "ray" } }),
  },
  {
    name: "no-compiler",
    cause: "python_import_error",
    phase: "start",
    remedy: "There is no C++ compiler: install g++, or use --enforce-eager",
    prepare: async ({ folder, installed }) => {
      const programs = await programsWithout(folder, /gcc|g\+\+|^c\+\+|^cc$|clang|^c[89]9/);
      return {
        flags: { "enforce-eager": false },
        env: {
          PATH: `${path.dirname(installed.vllm)}:${programs}`,
          VLLM_CACHE_ROOT: path.join(folder, "cache"),
          TORCHINDUCTOR_CACHE_DIR: path.join(folder, "inductor"),
          CXX: null,
        },
      };
    },
  },
  {
    name: "no-lscpu",
    cause: "unknown",
    phase: "start",
    facts: { exception: "CalledProcessError" },
    remedy: "lscpu does not run: is the PATH of the engine whole?",
    alsoAccept: ["python_import_error"],
    tricky: "a program of the system is missing, and nothing of vLLM's",
    prepare: ({ installed }) => ({ env: { PATH: path.dirname(installed.vllm) } }),
  },
  {
    name: "device-not-inferred",
    cause: "no_gpu",
    phase: "start",
    remedy: "This build of vLLM finds no device it can run on: a GPU and its driver are missing",
    tricky: "a CPU build made to believe that it is the one for CUDA",
    prepare: async (scene) => {
      const shadow = await shadowModules(scene, {
        "vllm-0.32.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0\n",
        // Or it would load kernels for another processor, and end by SIGILL.
        "sitecustomize.py": 'import sys\nsys.modules["vllm._C"] = None\n',
      });
      return { env: { PYTHONPATH: shadow } };
    },
  },
  {
    name: "vllm-not-in-this-python",
    cause: "python_import_error",
    phase: "start",
    facts: { missing: "vllm" },
    remedy: "vLLM is not installed in this Python",
    prepare: () => ({ command: ["python3", "-I", "-m", "vllm.entrypoints.cli.main", "serve"] }),
  },
  {
    name: "vllm-not-on-the-path",
    cause: "python_import_error",
    phase: "start",
    facts: { missing: "vllm" },
    remedy: "vLLM is not installed, or its environment not active",
    prepare: () => ({ command: ["sh", "-c", "PATH=/usr/bin:/bin; vllm serve /home/user/models/tiny"] }),
  },
];
