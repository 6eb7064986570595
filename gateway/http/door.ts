import type { IncomingMessage, ServerResponse } from "node:http";
import { catalogue } from "../../runtime/errors.ts";
import { searchOf } from "../../runtime/http-question.ts";
import type { HttpServer } from "../../runtime/http-server.ts";
import { anonymous } from "../../runtime/identity.ts";
import { requestIdOf } from "../../runtime/request-id.ts";
import type { Answer, Handle, Operation } from "../request.ts";
import { type GrantedOrigins, grantOrigins } from "./grant-origins.ts";
import { createReaders, refuseUnreadable } from "./media-type.ts";
import { createBodyReader } from "./read-body.ts";
import { createSender } from "./send-answer.ts";

/** A request that was answered, refused by the door itself, or left by its client. */
export interface AnsweredRequest {
  readonly id: string;
  /** 499, as nginx has it, when the client did not wait for its answer. */
  readonly status: number;
  readonly operation: Operation | undefined;
  readonly milliseconds: number;
}

interface DoorOptions {
  /** What a request meets inside. It may throw: `refuse` makes an answer of it. */
  readonly handle: Handle;
  readonly refuse: (error: unknown, requestId: string) => Answer;
  readonly cors: GrantedOrigins;
  /** Names of the client's headers that answers depend on. */
  readonly varying: readonly string[];
  readonly addressOf: (request: IncomingMessage) => string;
  readonly answered: (request: AnsweredRequest) => void;
}

/** Of a request whose client has left: nobody hears it. */
const unheard = catalogue.CLIENT_CLOSED_REQUEST.status;

const path = "/graphql";

/**
 * GraphQL over HTTP at `/graphql`. Every answer carries the request's id, and says whether it may be stored.
 *
 * A POST goes past Fastify: its hooks, parsers and replies cost as much again as the rest of the door. Fastify routes
 * everything else that comes here, preflights and pages for browsers apart, to the same function.
 */
export function openDoor(http: HttpServer, options: DoorOptions): void {
  const { addressOf, answered, cors, handle, refuse } = options;
  const readerOf = createReaders();
  const readBody = createBodyReader(http.bodyLimit);
  const sendAnswer = createSender(cors, options.varying);

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    const { headers, method = "" } = request;
    const id = requestIdOf(request);
    const address = addressOf(request);
    const reader = readerOf(headers.accept);
    const left = new AbortController();
    let operation: Operation | undefined;
    response.on("close", () => {
      if (!response.writableFinished) left.abort();
      const status = response.writableFinished ? response.statusCode : unheard;
      answered({ id, status, operation, milliseconds: performance.now() - began });
    });

    if (method === "POST") {
      readBody(request, (error, body) => {
        if (error === undefined) answer(body);
        // More of the body may come, which nobody would read.
        else send(refuse(error, id), true);
      });
    } else answer(undefined);

    async function answer(body: unknown): Promise<void> {
      const { signal } = left;
      const question = { id, method, headers, search: searchOf(request), body, address };
      let given: Answer;
      try {
        refuseUnreadable(reader);
        given = await handle({ ...question, viewer: anonymous, signal });
      } catch (error) {
        if (signal.aborted) return;
        given = refuse(error, id);
      }
      operation = given.operation;
      await send(given, false);
    }

    async function send(given: Answer, last: boolean): Promise<void> {
      if (response.destroyed) return;
      const recipient = { id, method, headers, reader, last: last || http.stopping() };
      try {
        await sendAnswer(response, recipient, given);
      } catch (error) {
        refuse(error, id);
        response.destroy();
      }
    }
  }

  http.takeFirst((request, response) => {
    const { method, url = "" } = request;
    if (method !== "POST" || !(url === path || url.startsWith(`${path}?`))) return false;
    serve(request, response);
    return true;
  });
  http.app.register(async (room) => {
    grantOrigins(room, cors);
    room.route({
      method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      url: path,
      onRequest(request, reply) {
        reply.hijack();
        serve(request.raw, reply.raw);
      },
      handler: () => undefined,
    });
  });
}
