// Writes docs/security.md from the names of tests; with `--check`, says whether it is fresh. Fails for an attack without a test.
import { projectRoot } from "../runtime/project-root.ts";
import { attacks } from "./security/attacks.ts";
import { findTests, type NumberedTest } from "./security/find-tests.ts";
import { writeOrCheck } from "./written-files.ts";

const tests = await findTests(projectRoot());
const testsOf = (number: number): readonly NumberedTest[] =>
  tests.filter(({ numbers }) => numbers.includes(number));

const summary = [...attacks]
  .map(([number, [tried, outcome]]) => `| [${number}](#${number}) | ${tried} | ${outcome} |`)
  .join("\n");

const lists = [...attacks]
  .map(([number, [tried]]) => `### ${number}\n\n${capital(tried)}:\n\n${listed(testsOf(number))}\n`)
  .join("\n");

const text = `# Attacks, and the tests that try them

What is tried against a graph, what becomes of it here, and which tests show it. Each test has the attack's number in its name: \`npm test -- -t "S20 "\` runs those of
one. How long it takes to refuse what costs its sender little is measured by \`npm run bench -- hostile\`; why things are as they are is told in
[decisions](decisions/README.md), above all in [what leaks](decisions/what-leaks.md), [who asks](decisions/who-asks.md), [rates](decisions/rates.md) and
[authorisation](decisions/authorisation.md).

This page is generated from the names of the tests by \`node dist/scripts/security-doc.js\`; \`npm run check\` fails when it is stale, or an attack has no test.

| | what is tried | what becomes of it |
| --- | --- | --- |
${summary}

## Tests

${lists}`;

const untried = [...attacks.keys()].filter((number) => testsOf(number).length === 0);
if (untried.length > 0) {
  process.stderr.write(`no test tries ${untried.map((number) => `S${number}`).join(", ")}\n`);
  process.exitCode = 1;
} else {
  process.exitCode = await writeOrCheck(
    { "docs/security.md": text },
    "npm run build && node dist/scripts/security-doc.js",
    process.argv.includes("--check"),
  );
}

function listed(found: readonly NumberedTest[]): string {
  const files = [...new Set(found.map(({ file }) => file))];
  return files
    .map((file) => {
      const names = found.filter((one) => one.file === file).map(({ name }) => `  - ${name}`);
      return [`- \`${file}\``, ...names].join("\n");
    })
    .join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
