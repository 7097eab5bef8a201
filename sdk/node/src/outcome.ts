import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a request ended. */
export interface Outcome {
  /** From when the request came to when it was answered or broke, in milliseconds. */
  latencyMs: number;
  /** It is our failure: a status of 500 or above, or an answer that we broke off. */
  failed: boolean;
}

/** Calls `report` once, when the response has been handed over or its connection has broken. */
export function whenAnswered(request: IncomingMessage, response: ServerResponse, report: (outcome: Outcome) => void) {
  const began = performance.now();
  // Kept, because a response that is complete lets go of it.
  const { socket } = request;
  let done = false;
  const end = () => {
    if (done) {
      return;
    }
    done = true;
    const latencyMs = performance.now() - began;
    const complete = response.writableFinished;
    const answered = complete || response.headersSent;
    const broken = !complete && !isClientGone(response, socket);
    report({ latencyMs, failed: broken || (answered && response.statusCode >= 500) });
  };
  response.once('finish', end); // stand-ins for a response, in tests and in functions as a service, may not close
  response.once('close', end);
}

/**
 * Whether the client has left before the answer was complete: it has ended its
 * side, or the connection has failed on its own. When this process destroys the
 * response or its socket, neither is the case, or the response has the error.
 */
function isClientGone(response: ServerResponse, socket: IncomingMessage['socket'] | null): boolean {
  if (response.errored) {
    return false;
  }
  return response.writableEnded || socket?.readableEnded === true || Boolean(socket?.errored);
}
