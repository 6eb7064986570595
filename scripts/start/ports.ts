import { createServer } from "node:net";
import { ConfigError } from "../../runtime/env.ts";

/**
 * Looks whether a port can be listened on, and finds a free one for 0.
 * @throws ConfigError that names the variable
 */
export async function checkPort(variable: string, host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(refusal(variable, host, port, error)),
    );
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  });
}

function refusal(
  variable: string,
  host: string,
  port: number,
  error: NodeJS.ErrnoException,
): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ConfigError(
        `${variable}: port ${port} is in use: stop what listens there, or set another port.`,
      );
    case "EACCES":
      return new ConfigError(
        `${variable}: port ${port} is not allowed to this user: set one from 1024.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ConfigError(`HOST: ${host} is no address of this machine.`);
    default:
      return error;
  }
}
