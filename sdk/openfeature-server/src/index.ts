/** OpenFeature for Node.js: flags of flagledger, evaluated in the process. */
export { FlagledgerProvider, type FlagledgerProviderOptions } from './provider.js';
