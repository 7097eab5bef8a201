import { SPEC_VERSION } from './ruleset.js';

/** A ruleset or patch is of another format, so no flag can be trusted to mean what it says. */
export class SpecVersionError extends Error {
  override readonly name = 'SpecVersionError';
  /** The version found. */
  readonly specVersion: number;

  constructor(what: string, specVersion: number) {
    super(`${what}: unsupported ruleset specVersion ${specVersion}: this build understands ${SPEC_VERSION}`);
    this.specVersion = specVersion;
  }
}
