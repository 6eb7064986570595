import { expect, test } from "@jest/globals";
import { judgeLicence } from "./judge-licences.ts";
import { readPackages } from "./read-packages.ts";

test("S72 every package has a licence that somebody has looked at", async () => {
  const packages = await readPackages();
  expect(packages.length).toBeGreaterThan(500);
  expect(packages.filter(({ licence }) => judgeLicence(licence) !== undefined)).toEqual([]);
});

test("S72 the packages under the Elastic License are Apollo's composition, planner and gateway", async () => {
  const elastic = (await readPackages()).filter(({ licence }) => licence === "Elastic-2.0");
  expect(elastic.map(({ name }) => name).sort()).toEqual([
    "@apollo/composition",
    "@apollo/federation-internals",
    "@apollo/gateway",
    "@apollo/query-graphs",
    "@apollo/query-planner",
  ]);
});

test.each(["MIT", "(MIT OR CC0-1.0)", "MIT and ISC", "GPL-3.0 OR MIT"])(
  "S72 %s may be used",
  (licence) => {
    expect(judgeLicence(licence)).toBeUndefined();
  },
);

test.each(["GPL-3.0", "UNLICENSED", "SEE LICENSE IN LICENSE", "MIT AND AGPL-3.0", ""])(
  "S72 %s has to be looked at first",
  (licence) => {
    expect(judgeLicence(licence)).toContain(licence);
  },
);
