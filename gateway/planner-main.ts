import { type CompilerRules, createLimitedCompiler } from "./limited-compiler.ts";
import { serveCompiler } from "./plan/serve-compiler.ts";

serveCompiler((supergraphSdl, options) =>
  createLimitedCompiler(supergraphSdl, options as CompilerRules),
);
