/** Version of this package. */
export const version = '0.1.0';

/** What the SDK calls itself. */
export const sdkName = `node/${version}`;
