/**
 * Real flagledger servers, and a proxy that misbehaves on request, for the
 * tests of the SDKs and the examples. Not published.
 */
export { launch } from './browser.js';
export { type Behaviour, FaultyProxy, startProxy } from './proxy.js';
export { binary, root, Server, type ServerOptions, startServer } from './server.js';
