import { connect } from "node:net";
import type pg from "pg";

/** Milliseconds that the database may take to hear of it. */
const patience = 1_000;

/** Number of PostgreSQL's CancelRequest, in the place of a version of its protocol. */
const cancelRequest = 80_877_102;

/** What the database has given a connection, to be told by which its statement is to be ended. */
interface BackendKey {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/**
 * Asks the database to end the statement that a connection waits for, on a connection for this alone, unencrypted as
 * libpq does. Ends when the database has done so, or cannot be asked. Until then the connection must get no other statement:
 * that one would be ended.
 */
export function cancelStatement(client: pg.Client): Promise<void> {
  const { host, port } = client;
  const { processID, secretKey } = client as unknown as BackendKey;
  if (processID === null || secretKey === null) return Promise.resolve();
  const message = Buffer.alloc(16);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(cancelRequest, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  return new Promise((done) => {
    const socket = connect(
      host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    );
    socket.setTimeout(patience, () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => done());
    // The database says nothing and closes.
    socket.resume().write(message);
  });
}
