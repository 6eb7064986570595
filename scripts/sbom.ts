// `npm run --silent sbom > sbom.cdx.json`: the bill of materials of what runs, as CycloneDX, from package-lock.json.
// npm has an `--omit dev` for it, which leaves out whatever some package names for its own tests as well: graphql, for one. So
// npm writes down everything, and what it marks as development's goes here.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { projectRoot } from "../runtime/project-root.ts";
import { saidElsewhere } from "./licences/read-packages.ts";

interface Bill {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly licenses?: readonly object[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const command = [
  "sbom",
  "--sbom-format=cyclonedx",
  "--sbom-type=application",
  "--package-lock-only",
];
const { stdout } = await promisify(execFile)("npm", command, {
  cwd: projectRoot(),
  maxBuffer: 256 * 1024 * 1024,
});
const everything: Bill = JSON.parse(stdout);
const gone = new Set(everything.components.filter(isDevelopment).map((one) => one["bom-ref"]));
const bill: Bill = {
  ...everything,
  components: everything.components.filter((one) => !gone.has(one["bom-ref"])).map(withLicence),
  dependencies: everything.dependencies
    .filter(({ ref }) => !gone.has(ref))
    .map(({ dependsOn, ref }) => ({ ref, dependsOn: dependsOn.filter((one) => !gone.has(one)) })),
};
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);

function isDevelopment({ properties = [] }: Component): boolean {
  return properties.some(({ name }) => name === "cdx:npm:package:development");
}

function withLicence(component: Component): Component {
  const id = saidElsewhere[component.name];
  return component.licenses !== undefined || id === undefined
    ? component
    : { ...component, licenses: [{ license: { id } }] };
}
