import { createFlagClient, type FlagClient, type FlagClientOptions, type Json } from '@flagledger/node';
import {
  type EvaluationContext,
  type Hook,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import { subjectOf } from './context.js';
import { forward, isRefused, staleSoon } from './lifecycle.js';
import { notReady, type Origin, resolutionOf } from './resolution.js';
import { occurrenceOf } from './tracking.js';

/** What a provider may be told beside its client. */
export interface FlagledgerProviderOptions {
  /**
   * Names the flag set in telemetry, as `feature_flag.set.id`: the project and
   * the environment of the key, such as "default/production". None by default.
   */
  flagSetId?: string;
  /** The attribute that telemetry names as `feature_flag.context.id` without a targeting key; "userId" by default. */
  targetingKeyFrom?: string;
}

/**
 * Serves OpenFeature from a FlagClient: evaluations read the ruleset in this
 * process and wait for nothing.
 *
 * Made from options, the provider opens a client when OpenFeature initializes
 * it and closes it when OpenFeature lets go of it; it may be set again. A client
 * that is passed in stays its maker's: the provider flushes it, and does not
 * close it.
 *
 * Initialization waits for `ready` of the client. It fails with
 * ProviderFatalError if the options cannot be used or the server refuses the
 * key, and with ProviderNotReadyError if there is no ruleset in time; after
 * either the client goes on trying, and the provider becomes ready when it has a
 * ruleset. With a bootstrapped or cached ruleset it does not fail: the provider
 * is then stale until the server answers.
 *
 * An exposure is reported when an evaluation has come through with its value:
 * none if a hook has failed and the caller got the default.
 */
export class FlagledgerProvider implements Provider {
  readonly metadata = { name: 'flagledger' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly hooks: Hook[] = [
    {
      finally: ({ flagKey, context }, { errorCode }) => {
        if (errorCode === undefined) {
          this.#client?.expose(flagKey, subjectOf(context));
        }
      },
    },
  ];
  readonly #given: FlagClient | FlagClientOptions;
  readonly #origin: Origin;
  #client: FlagClient | undefined;
  #stop: (() => void) | undefined;

  constructor(client: FlagClient | FlagClientOptions, options: FlagledgerProviderOptions = {}) {
    this.#given = client;
    const opened = isClient(client) ? undefined : client;
    this.#origin = {
      flagSetId: options.flagSetId,
      targetingKeyFrom: options.targetingKeyFrom ?? opened?.targetingKeyFrom ?? 'userId',
    };
  }

  /** Opens the client and waits for its first ruleset. */
  async initialize(): Promise<void> {
    const client = this.#open();
    const { source, stale, error } = await client.ready;
    if (this.#client !== client) {
      throw new ProviderNotReadyError('the provider was closed while it waited for the server');
    }
    this.#stop?.();
    this.#stop = forward(client, this.events);
    if (source === 'none') {
      const why = error?.message ?? 'the server has not answered';
      const cause = error === undefined ? undefined : { cause: error };
      throw isRefused(error)
        ? new ProviderFatalError(`the server refuses the key: ${why}`, cause)
        : new ProviderNotReadyError(`there is no ruleset yet: ${why}`, cause);
    }
    if (stale) {
      staleSoon(client, this.events);
    }
  }

  #open(): FlagClient {
    if (this.#client === undefined) {
      try {
        this.#client = isClient(this.#given) ? this.#given : createFlagClient(this.#given);
      } catch (cause) {
        throw new ProviderFatalError(cause instanceof Error ? cause.message : String(cause), { cause });
      }
    }
    return this.#client;
  }

  /** Sends what has been reported, and closes the client if the provider has opened it. */
  async onClose(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#stop?.();
    this.#stop = undefined;
    await (client === this.#given ? client?.flush() : client?.close());
  }

  async resolveBooleanEvaluation(flag: string, defaultValue: boolean, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  async resolveStringEvaluation(flag: string, defaultValue: string, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  async resolveNumberEvaluation(flag: string, defaultValue: number, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  /** The value of a JSON flag is frozen. An object stands in for a list, and the other way round. */
  async resolveObjectEvaluation<T extends JsonValue>(flag: string, defaultValue: T, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  #resolve<T extends JsonValue>(flag: string, defaultValue: T, context: EvaluationContext): ResolutionDetails<T> {
    if (this.#client === undefined) {
      return notReady(defaultValue);
    }
    const details = this.#client.peek<Json>(flag, subjectOf(context), null);
    return resolutionOf(flag, details, defaultValue, context, this.#origin);
  }

  /**
   * Reports that something happened to the units of the context. `value` is the
   * measurement and `failed` what an error rate counts; other details become
   * attributes of the event.
   */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails = {}): void {
    this.#client?.track(name, { ...occurrenceOf(details), context: subjectOf(context) });
  }
}

function isClient(given: FlagClient | FlagClientOptions): given is FlagClient {
  return 'peek' in given;
}
