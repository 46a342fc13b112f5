import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { captured, firstMatch, wordsOf } from "../words.ts";

const library = /(?:^|[\s:('"])((?:lib[\w.+-]+|[\w.-]+)\.so(?:\.[\d.]+)?)(?:: |['"]? )/;
const missingLibrary = [
  /cannot open shared object file/,
  /Kann die Shared-Object-Datei nicht öffnen|Shared-Object-Datei.{0,20}nicht/,
  /无法打开共享(?:对象|目标)文件/,
  /undefined symbol: /,
  /version [`'"](?:GLIBC|GLIBCXX|CXXABI)_[\d.]+['"`] not found/,
  /DLL load failed/,
];
const broken = [
  /No module named ['"]?([\w.]+)/,
  /cannot import name '?([\w.]+)'?/,
  /PackageNotFoundError: (?:No package metadata was found for )?([\w.-]+)/,
  /(?:is|are) (?:required|needed) (?:but|and) not (?:installed|found)/i,
  /Please (?:install|reinstall|upgrade|update) .{0,100}(?:pip install|>=|version)/i,
  /(?:requires|required:?) .{0,60}(?:>=|==|<)[ \d].{0,80}(?:but|found|installed)/i,
  /Torch not compiled with CUDA enabled/,
  /'_OpNamespace' '_\w+' object has no attribute/,
  /operator \w+::\w+ does not exist/,
  /^AttributeError: (?:partially initialized )?module '([\w.]+)' has no attribute/,
  /Failed to find C compiler|InvalidCxxCompiler|No working C\+\+ compiler|Failed to find (?:a )?(?:CUDA|C\+\+) compiler/i,
  /\[Errno 2\] [^:]{1,80}: '(?:[^']{0,200}\/)?(nvcc|ninja|gcc|g\+\+|cc|c\+\+|ptxas)'/,
  /PermissionError: (?:\[Errno 13\] [^:]{1,80}: )?'?(?:nvcc|ninja|gcc|g\+\+|cc|c\+\+|ptxas)\b/,
  /(?:^|[ /])(?:nvcc|ninja|gcc|g\+\+|cc|c\+\+|ptxas): (?:command )?not found/,
  /Could not find nvcc|CUDA_HOME environment variable is not set|nvcc (?:was )?not found/i,
  /Ninja is required|ninja: (?:command )?not found/,
  /fatal error: [\w./-]{1,200}\.(?:h|hpp|cuh): |Ninja build failed/,
  /Value 'sm_\w+' is not defined for option 'gpu-name'/,
  /numpy\.dtype size changed|_ARRAY_API not found|compiled using NumPy 1\.x cannot be run/,
  /requires the (?:SentencePiece|\w+) library but it was not found/i,
  /Unable to import|Unable to load Ray|Failed to import Ray/,
  /Error loading "?[^"]{0,200}\.(?:dll|so)"?/,
  /bad interpreter: /,
  /\bld: cannot find -l(\w+)/,
  /Command '?\[?'[^']{0,200}(?:gcc|g\+\+|clang|nvcc|ninja|ptxas|t?cc|cl)(?:\.exe)?'.{0,2000}returned non-zero exit status/s,
  /mismatch between .{0,60}versions|was compiled with CUDA .{0,60}mismatch/i,
];
const importClass = /^(?:ImportError|ModuleNotFoundError)/;
/** The shell's answer to a program that is not there, in the languages that it speaks. */
const noCommand = [
  /(?:^|: )(?:exec: )?([\w./-]+): (?:command not found|not found|Befehl nicht gefunden|Kommando nicht gefunden|Nicht gefunden|commande introuvable|未找到命令|未找到|orden no encontrada|nenalezen)/i,
  /command not found: ([\w./-]+)/,
  /exec: "([\w./-]+)": executable file not found/,
  /(?:^|: )(?:exec: )?"?([\w./-]*vllm)"?: (?:executable file not found|cannot execute|No such file or directory|Datei oder Verzeichnis nicht gefunden|没有那个文件或目录)/i,
  /Failed to (?:locate executable|execute command|spawn) .{0,20}?([\w./-]*vllm)/,
  /No module named '?(vllm)(?![\w.])/,
  /(?:The term|Der Name) '(vllm)'|'(vllm)' is not recognized as an internal or external command/,
  /(?:status|code)=203\/EXEC/,
];

/** The installation is broken: a library, a compiler, a package is missing or of the wrong build. */
export const pythonImportError: Rule = {
  cause: "python_import_error",
  judge(failure) {
    const words = wordsOf(failure);
    const command = failure.kind === "line" ? firstMatch(words, noCommand) : null;
    const missing = command ? commandMissing(failure, command[1] ?? command[2] ?? "vllm") : null;
    if (missing) return missing;
    if (failure.kind === "line" && (failure.level === "warning" || warned.test(words))) return null;
    if (failedAtImport(failure)) return brokenPart(failure, false);
    const isLibrary = firstMatch(words, missingLibrary) !== null;
    const match = firstMatch(words, broken);
    if (!isLibrary && !match && !importClass.test(words)) return null;
    return brokenPart(failure, isLibrary);
  },
};

/** Said of something that is done without. */
const warned = /\b\w*Warning: |[Ff]alling back|NCCL INFO NET\/Plugin/;

/** Whatever a package's module raises while it is imported: it does not fit the others. */
function failedAtImport(failure: Failure): boolean {
  const last = failure.frames.at(-1);
  if (
    last === undefined ||
    !failure.isFatal ||
    !/^(?:Attribute|Type|Name|Value|Runtime)Error$/.test(failure.type ?? "")
  )
    return false;
  return last.name === "<module>" && /(?:site|dist)-packages/.test(last.file);
}

/** Scripts ask for other tools, too, and go on without them. */
function commandMissing(failure: Failure, command: string): Finding | null {
  const name = command.split("/").at(-1) ?? command;
  if (!/^(?:vllm|python\d?(?:\.\d+)?|uv|conda)$/.test(name)) return null;
  return finding(failure, {
    cause: "python_import_error",
    weight: "root",
    confidence: "high",
    summary: `${name} is not installed here, or not in this environment.`,
    facts: { missing: name },
    remedies: [advice("Choose the Python environment that has vLLM, or install it there: pip install vllm.")],
  });
}

function brokenPart(failure: Failure, isLibrary: boolean): Finding {
  const words = wordsOf(failure);
  const file = isLibrary && !/undefined symbol/.test(words) ? captured(words, library) : null;
  const wanted =
    /(?:install|reinstall|upgrade|requires?|update)[^>=<\n]{0,60}?[\s`'"]([A-Za-z][\w.-]*) ?(?:>=|==|~=) ?v?([\d.]*\d)/.exec(
      words,
    );
  const missing =
    captured(words, /No module named ['"]?([\w.]+)/) ??
    captured(words, /\[Errno 2\] [^:]{1,80}: '(?:[^']{0,200}\/)?(\w[\w+]*)'/) ??
    captured(words, /No package metadata was found for ([\w.-]+)/);
  const symbol = captured(words, /undefined symbol: (\w{1,200})/);
  const what =
    file !== null ? `the library ${file}` : wanted ? `${wanted[1] ?? ""} ${wanted[2] ?? ""} or newer` : missing;
  return finding(failure, {
    cause: "python_import_error",
    // Other exceptions than that of an import use such words too.
    ...(failure.isFatal && !isLibrary && !importClass.test(words) ? { confidence: "medium" as const } : {}),
    summary: summaryOf(words, what, symbol),
    facts: someFacts({
      library: file,
      package: wanted?.[1] ?? captured(words, /(\w[\w-]*) (?:is required|version is wrong)/),
      wanted: wanted?.[2],
      missing,
      symbol,
    }),
    remedies: [
      wanted
        ? advice(`In vLLM's environment: pip install "${wanted[1] ?? ""}>=${wanted[2] ?? ""}".`)
        : advice("Install vLLM anew in an environment of its own, with the PyTorch and CUDA build that it asks for."),
    ],
  });
}

/** Of a compiler that failed the line that says why; else the first. */
function tellingLine(words: string): string {
  const lines = words.split("\n");
  const telling = /\bld: cannot find|fatal error:|^nvcc fatal|^(?:ModuleNotFound|Import)Error: /;
  return (lines.find((line) => telling.test(line.trim())) ?? lines[0] ?? "").trim();
}

function summaryOf(words: string, what: string | null, symbol: string | null): string {
  if (symbol !== null)
    return `A compiled part of vLLM does not fit the installed PyTorch: it misses the symbol ${symbol}.`;
  return what === null
    ? `The installation of vLLM is broken: ${tellingLine(words).slice(0, 200)}`
    : `The installation of vLLM lacks ${what}, or has it in another build.`;
}
