import createClient from 'openapi-fetch';
import { session } from '../app/session';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** Failure is an answer that is not what was asked for: an RFC 9457 problem, or no answer at all. */
export class Failure extends Error {
  readonly status: number;
  readonly errors: readonly { location: string; message: string }[];

  constructor(status: number, detail: string, errors: readonly { location: string; message: string }[] = []) {
    super(detail);
    this.name = 'Failure';
    this.status = status;
    this.errors = errors;
  }
}

/** api calls the server that the page came from, with the token of the session. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

api.use({
  onRequest({ request }) {
    const token = session.token();
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) session.end();
  },
  onError() {
    return new Failure(
      0,
      'The server does not answer. Nothing was changed; this page goes on by itself when it is back.',
    );
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** answer gives the data of a call, or throws a Failure. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw failureOf(response.status, error);
}

export function failureOf(status: number, body: unknown): Failure {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Schemas['ErrorModel']>;
  const errors = (problem.errors ?? []).map((e) => ({ location: e.location ?? '', message: e.message ?? '' }));
  return new Failure(status, problem.detail ?? problem.title ?? `The server answered with status ${status}.`, errors);
}

/** commandHeaders make a change safe to send twice. */
export function commandHeaders(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
