// `npm run oracle -- --seed S --count N [--engine stock] [--graph NAME]`: random operations over the small supergraphs of
// tests/oracle. What differs from the monolith is shrunk and written to tests/oracle/cases/, where it is a test.
import { parseArgs } from "node:util";
import { examples } from "../tests/oracle/all-examples.ts";
import { writeCase } from "../tests/oracle/cases.ts";
import { isEngineName, startEngine } from "../tests/oracle/engines.ts";
import { createMonolith } from "../tests/oracle/monolith.ts";
import { composeExample } from "../tests/oracle/oracle-graph.ts";
import { differenceOf, type Finding, runRandom } from "../tests/oracle/run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "10000" },
    engine: { type: "string", default: "compiled" },
    graph: { type: "string" },
  },
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says what was found; a finding of the compiled engine becomes a test. */
async function report(findings: readonly Finding[]): Promise<void> {
  const documents = new Map(findings.map((finding) => [finding.question.document, finding]));
  for (const finding of documents.values()) {
    const { difference, engine, graph: name, index, question } = finding;
    say(`${name} ${index} ${difference.kind}: ${difference.detail}\n${question.document}`);
    if (engine === "stock") continue;
    const stock = (await isStockWrong(finding)) ? "wrong" : "right";
    const fault = `${difference.kind}, found by seed ${finding.seed}, number ${index}`;
    say(await writeCase({ graph: name, fault, stock, gateway: "right", question }));
  }
}

async function isStockWrong({ graph: name, question }: Finding): Promise<boolean> {
  const example = examples.find((candidate) => candidate.name === name);
  if (example === undefined) throw new Error(`no example ${name}`);
  const graph = await composeExample(example);
  const stock = await startEngine("stock", graph).catch(() => undefined);
  if (stock === undefined) return true;
  try {
    return (await differenceOf(createMonolith(graph), stock.run, question)) !== undefined;
  } finally {
    await stock.stop();
  }
}

const { engine, graph: only } = values;
if (!isEngineName(engine)) throw new Error(`no engine ${engine}`);
const chosen = examples.filter(({ name }) => only === undefined || name === only);
const count = Math.ceil(Number(values.count) / chosen.length);
let wrong = 0;
for (const example of chosen) {
  const graph = await composeExample(example);
  const started = performance.now();
  const findings = await runRandom(graph, {
    engine,
    seed: Number(values.seed),
    count,
    mostShrunk: 20,
  });
  await report(findings.filter(({ difference }) => difference.kind !== "no plan").slice(0, 20));
  const refused = findings.filter(({ difference }) => difference.kind === "no plan");
  const mayRefuse = example.plannerFaults.length > 0 ? refused.length : 0;
  wrong += findings.length - mayRefuse;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(
    `${example.name}: ${findings.length - refused.length} of ${count} differ, ${refused.length} are refused (${seconds} s)`,
  );
}
say(`${wrong} of ${count * chosen.length} operations differ on the ${engine} engine`);
process.exitCode = wrong === 0 ? 0 : 1;
