import openapiTS, { astToString } from 'openapi-typescript';

/** The types of a server's API, as TypeScript. */
export async function schemaOf(url) {
  const document = await (await fetch(`${url}/openapi.json`)).json();
  return `// Written by "npm run schema -w web" from /openapi.json.\n\n${astToString(await openapiTS(document))}`;
}
