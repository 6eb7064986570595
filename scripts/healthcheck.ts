import { readEnv } from "../runtime/env.ts";

/** Milliseconds. */
const patience = 3_000;

/** For the image: exit code 0 when the process of this container is ready. One of the three listens in it, on its own port. */
async function healthcheck(): Promise<void> {
  const env = readEnv();
  const ports = [env["PORT"] ?? 4000, env["USERS_PORT"] ?? 4001, env["TODOS_PORT"] ?? 4002];
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
