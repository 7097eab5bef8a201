// Writes src/api/schema.d.ts from the OpenAPI document that bin/flagledger serves.
import { writeFileSync } from 'node:fs';
import { startServer } from '@flagledger/testkit';
import { schemaOf } from './test/schema.mjs';

const server = await startServer();
try {
  writeFileSync('src/api/schema.d.ts', await schemaOf(server.url));
} finally {
  await server[Symbol.asyncDispose]();
}
