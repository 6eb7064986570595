/** Tests run as native ES modules (`node --experimental-vm-modules`); swc strips the types. */
export default {
  testEnvironment: "node",
  roots: ["gateway", "subgraphs", "runtime", "scripts", "tests"].map(
    (folder) => `<rootDir>/${folder}`,
  ),
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/new-subgraph/template/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  globalSetup: "<rootDir>/tests/harness/global-setup.ts",
  globalTeardown: "<rootDir>/tests/harness/global-teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/tests/harness/silent-console.ts"],
  // A process that has run a hundred suites spends its time on collecting their garbage.
  workerIdleMemoryLimit: "1GB",
  testTimeout: 30_000,
};
