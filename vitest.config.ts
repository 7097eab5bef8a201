import { defineConfig } from 'vitest/config';

// Tests import the package they test from its sources and every other one from
// its build, as users do: run "make sdk" after a change to a package below.
export default defineConfig({
  test: {
    include: ['sdk/*/test/**/*.test.{ts,tsx}', 'web/test/**/*.test.{ts,tsx}', 'examples/*/test/**/*.test.{ts,tsx}'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
