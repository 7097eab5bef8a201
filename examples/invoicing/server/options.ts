import { parseArgs } from 'node:util';

/** How the example is run. */
export interface Options {
  /** Whether accounts print invoices all the time. */
  readonly traffic: boolean;
  /** Whether the new engine has room for every invoice. */
  readonly repaired: boolean;
  /** Port of the page; if it is taken, any free one. */
  readonly port: number;
}

/** Reads the command line; throws if it has mistakes. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      traffic: { type: 'boolean', default: false },
      repaired: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  }
  return { traffic: values.traffic, repaired: values.repaired, port };
}
