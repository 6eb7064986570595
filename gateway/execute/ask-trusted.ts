import type { Question } from "../http/read-question.ts";
import type { Request, Step } from "../request.ts";
import type { Trust } from "./trust.ts";

/** For an engine that looks up documents by itself: it is handed the text of a trusted one that was asked for by its id. */
export function askTrusted(trust: Trust, readQuestion: (request: Request) => Question): Step {
  return (next) => async (request) => {
    const question = readQuestion(request);
    const document = trust.documentOf(question, request.headers);
    const inFull = document === undefined || question.document !== undefined;
    return next(inFull ? request : withDocument(request, question, document));
  };
}

function withDocument(request: Request, question: Question, query: string): Request {
  const { operationName, variables } = question;
  const named = operationName === undefined ? {} : { operationName };
  if (request.method !== "GET") return { ...request, body: { query, variables, ...named } };
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables), ...named });
  return { ...request, search: `?${search}` };
}
