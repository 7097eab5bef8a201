/**
 * Hears of lost and found connections, of rulesets that cannot be used and of
 * reports that the server refuses; never of an evaluation. `console` is one,
 * and so is every logger whose methods take a message and then what belongs to
 * it. The same failure is told once, until it changes.
 */
export interface Logger {
  info(message: string, about?: Readonly<Record<string, unknown>>): void;
  warn(message: string, about?: Readonly<Record<string, unknown>>): void;
  error(message: string, about?: Readonly<Record<string, unknown>>): void;
}

/** Tells the console of what somebody should look at. */
export const onConsole: Logger = {
  info() {},
  // biome-ignore lint/suspicious/noConsole: a refused key must be seen by who has not set a logger yet
  warn: (message, about) => console.warn(`flagledger: ${message}`, about),
  // biome-ignore lint/suspicious/noConsole: as above
  error: (message, about) => console.error(`flagledger: ${message}`, about),
};

/** Discards everything. */
export const silent: Logger = { info() {}, warn() {}, error() {} };

/** Keeps a logger that throws from breaking what it is told about. */
export function guarded(logger: Logger): Logger {
  const guard =
    (level: keyof Logger): Logger['info'] =>
    (message, about) => {
      try {
        logger[level](message, about);
      } catch {
        // there is nobody left to tell
      }
    };
  return { info: guard('info'), warn: guard('warn'), error: guard('error') };
}
