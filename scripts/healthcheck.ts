import { readEnv } from "../runtime/env.ts";

/** Milliseconds. */
const patience = 3_000;

/** For the image, whose variables have the port of each process: exit code 0 when the one of this container is ready. */
async function healthcheck(): Promise<void> {
  const env = { PORT: "4000", ...readEnv() };
  const ports = Object.entries(env).flatMap(([name, port]) =>
    /^([A-Z0-9]+_)?PORT$/.test(name) && port !== undefined ? [port] : [],
  );
  const signal = AbortSignal.timeout(patience);
  const answers = ports.map(async (port) => {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal });
    if (status !== 200) throw new Error(`port ${port} answers ${status}`);
  });
  await Promise.any(answers);
}

healthcheck().catch((error: unknown) => {
  const reasons = error instanceof AggregateError ? error.errors : [error];
  process.stderr.write(`${reasons.map(describe).join("; ")}\n`);
  process.exitCode = 1;
});

function describe(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.cause instanceof Error ? reason.cause.message : reason.message;
}
