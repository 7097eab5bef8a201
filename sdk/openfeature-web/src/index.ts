/** OpenFeature for browsers: flags of flagledger, evaluated by the server and followed as they change. */
export { FlagledgerWebProvider, type FlagledgerWebProviderOptions } from './provider.js';
