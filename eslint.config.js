import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { layers } from "./scripts/eslint/layers.ts";

export default tseslint.config(
  { ignores: ["dist/", ".cache/", "node_modules/", "server/src/*/generated/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["vitest.config.ts"] } } },
    plugins: { house: { rules: { layers } } },
    rules: {
      "house/layers": "error",
      eqeqeq: "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Numbers in messages are the point of most of ours.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `while (true)` with a return inside is the clearest loop where reading ends in the middle.
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["client/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportSpecifier[imported.name=/Sync$/], MemberExpression[property.name=/Sync$/]",
          message: "What waits here holds up every extension of the window.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // vitest types its matchers such as expect.stringContaining() as any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "no-restricted-globals": [
        "error",
        { name: "setTimeout", message: "Tests wait for a state, never for a time: use scripts/waitFor.ts." },
      ],
    },
  },
);
