/** Node's fetch, and what went through it: how many clients there were, and what they reported. */
export class Wire {
  readonly #calls: { path: string; body: string; signal: AbortSignal | null | undefined }[] = [];

  readonly fetch: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    this.#calls.push({ path: url.pathname, body: String(init?.body ?? ''), signal: init?.signal });
    return fetch(input, init);
  };

  /** Evaluations of all flags, by the body of the request. */
  get evaluations(): string[] {
    return this.#bodies('/ofrep/v1/evaluate/flags');
  }

  /** Streams that were opened, and have not been closed since. */
  get streams(): number {
    return this.#calls.filter(({ path, signal }) => path === '/ofrep/v1/stream' && !signal?.aborted).length;
  }

  /** Exposures that were sent, as "flag=variant". */
  get exposures(): string[] {
    return this.#bodies('/api/v1/events').flatMap((body) =>
      (JSON.parse(body).exposures ?? []).map((e: { flag: string; variant: string }) => `${e.flag}=${e.variant}`),
    );
  }

  #bodies(path: string): string[] {
    return this.#calls.filter((call) => call.path === path).map((call) => call.body);
  }
}
