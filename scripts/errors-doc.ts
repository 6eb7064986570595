// Writes docs/errors.md from the catalogue; with `--check`, says whether it is fresh.
import { catalogue, type ErrorCode } from "../runtime/errors.ts";
import { writeOrCheck } from "./written-files.ts";

const faults = { client: "the client", server: "the process", neighbour: "a neighbour" };

const rows = Object.keys(catalogue)
  .sort()
  .map((code) => {
    const { fault, retryable, sentence, status } = catalogue[code as ErrorCode];
    return `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${faults[fault]} | ${sentence} |`;
  });

const text = `# Errors

Every error has a code in \`extensions.code\`, and beside it what is known: \`argument\` with the argument that is wrong,
\`service\` with the subgraph that it comes from. \`path\` is the field that it costs; the other fields are there. The status is
used when the whole request fails. What may be retried is worth the same request again, later.

This page is generated from \`runtime/errors.ts\` by \`node dist/scripts/errors-doc.js\`.

| Code | Status | Retry | At fault | Meaning |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;

const check = process.argv.includes("--check");
process.exitCode = await writeOrCheck(
  { "docs/errors.md": text },
  "npm run build && node dist/scripts/errors-doc.js",
  check,
);
