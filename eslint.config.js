// What is checked in static/ and in its tests: eslint's recommended rules, and a few more that find faults.

import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "default-case-last": "error",
  eqeqeq: "error",
  "max-len": ["error", { code: 140 }],
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-unmodified-loop-condition": "error",
  "no-unreachable-loop": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-var": "error",
  "prefer-const": "error",
  "no-restricted-properties": ["error", { property: "innerHTML", message: "Text is set as text, and elements come from the template." }],
};

const checked = (files, names) => ({
  files,
  rules,
  languageOptions: { sourceType: "module", globals: names },
  linterOptions: { reportUnusedDisableDirectives: "error" },
});

export default [checked(["static/**/*.js"], globals.browser), checked(["tests/js/**/*.js", "eslint.config.js"], globals.node)];
