import Module, { createRequire } from 'node:module';

// What the parser stands on asks for "typescript", and would find that of the
// repository, which has no API for parsers, instead of this package's own.
const own = createRequire(import.meta.url);
const resolver = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
const ours = own.resolve('typescript');
const resolve = resolver._resolveFilename;
resolver._resolveFilename = (request, ...rest) => (request === 'typescript' ? ours : resolve(request, ...rest));

/** Parses TypeScript and JSX. */
export const parser = own('@typescript-eslint/parser') as typeof import('@typescript-eslint/parser');
