/** Licences that ask for no more than their notice to be kept. */
const permissive: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "PSF-2.0",
  "Unlicense",
]);

/** Licences that ask for more, and why they may stay. */
export const noted: Readonly<Record<string, string>> = {
  "Elastic-2.0":
    "Apollo's composition, planner and gateway, which this gateway is built on. You may use, change and pass them on. You may not offer them to others as a hosted or managed " +
    "service that gives access to a substantial part of their features, remove their notices, or get round licence keys. A graph of your own, behind your own product, is none of that.",
  "EPL-2.0":
    "Comes with Prisma's CLI, of which this project uses the generator. It is run as it is and not passed on changed.",
  "MPL-2.0":
    "Comes with the bundler. Changes to its own files would have to be published; there are none.",
  "CC-BY-4.0": "Data about browsers, which the test runner's compiler looks up. Not passed on.",
};

/** What is wrong with a licence, or undefined. Of a choice one must do, of a list all. */
export function judgeLicence(licence: string): string | undefined {
  const expression = licence.replace(/^\((.*)\)$/, "$1");
  const choices = expression.split(/ or /i);
  const isKnown = (one: string): boolean => permissive.has(one) || Object.hasOwn(noted, one);
  const fits = choices.some((choice) => choice.split(/ and /i).every((one) => isKnown(one.trim())));
  return fits ? undefined : `the licence ${licence} is not one that was looked at`;
}
