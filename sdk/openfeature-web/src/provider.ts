import {
  type BrowserClient,
  type BrowserClientOptions,
  createBrowserClient,
  type Json,
} from '@flagledger/core/browser';
import {
  type EvaluationContext,
  GeneralError,
  type Hook,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/web-sdk';
import { subjectOf } from './context.js';
import { isRefused, Lifecycle } from './lifecycle.js';
import { notReady, type Origin, resolutionOf } from './resolution.js';
import { occurrenceOf } from './tracking.js';

/** What a provider opens its client with: OpenFeature has the context. */
export interface FlagledgerWebProviderOptions extends Omit<BrowserClientOptions, 'context'> {
  /**
   * Names the flag set in telemetry, as `feature_flag.set.id`: the project and
   * the environment of the key, such as "default/production". None by default.
   */
  flagSetId?: string;
}

/**
 * Serves OpenFeature from a BrowserClient: the server evaluates all flags for
 * the context of OpenFeature, and the page answers from that at once.
 *
 * The provider opens its client when OpenFeature initializes it, and closes it
 * when OpenFeature lets go of it; it may be set again. It belongs to one domain,
 * because a domain has a context of its own.
 *
 * Initialization waits for the first answer. It fails with ProviderFatalError
 * if the options cannot be used or the server refuses the key, and with
 * ProviderNotReadyError if the server does not answer; after either the client
 * goes on trying, and the provider becomes ready with the first answer. A
 * bootstrap that was made for the same context is the first answer.
 *
 * An exposure is reported when an evaluation has come through with its value:
 * none if a hook has failed and the caller got the default.
 */
export class FlagledgerWebProvider implements Provider {
  readonly metadata = { name: 'flagledger' } as const;
  readonly runsOn = 'client';
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly hooks: Hook[] = [
    {
      finally: ({ flagKey }, { errorCode }) => {
        if (errorCode === undefined) {
          this.#client?.expose(flagKey);
        }
      },
    },
  ];
  readonly #options: FlagledgerWebProviderOptions;
  readonly #origin: Origin;
  #client: BrowserClient | undefined;
  #lifecycle: Lifecycle | undefined;
  /** The context asked for last. */
  #context: EvaluationContext = {};

  constructor(options: FlagledgerWebProviderOptions) {
    this.#options = options;
    this.#origin = { flagSetId: options.flagSetId, targetingKeyFrom: options.targetingKeyFrom ?? 'userId' };
  }

  /** Opens the client and waits for the first answer. */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    const client = this.#open(context);
    await client.ready;
    if (this.#client !== client) {
      throw new ProviderNotReadyError('the provider was closed while it waited for the server');
    }
    this.#lifecycle?.stop();
    this.#lifecycle = new Lifecycle(client, this.events);
    const { ready, error } = client.status();
    if (!ready) {
      const cause = error === undefined ? undefined : { cause: error };
      const message = error?.message ?? 'the server has not answered';
      throw isRefused(error) ? new ProviderFatalError(message, cause) : new ProviderNotReadyError(message, cause);
    }
  }

  #open(context: EvaluationContext): BrowserClient {
    if (this.#client === undefined) {
      this.#context = context;
      try {
        this.#client = createBrowserClient({ ...this.#options, context: subjectOf(context) });
      } catch (cause) {
        throw new ProviderFatalError(cause instanceof Error ? cause.message : String(cause), { cause });
      }
    }
    return this.#client;
  }

  /**
   * Evaluates for another context. The old answers stay until the new ones are
   * there. Rejects with a GeneralError if the server does not give them; then
   * the client goes on trying, and the provider becomes ready when it has them.
   */
  async onContextChange(_old: EvaluationContext, context: EvaluationContext): Promise<void> {
    const client = this.#client;
    if (client === undefined) {
      return;
    }
    this.#context = context;
    const change = () => client.setContext(subjectOf(context));
    await (this.#lifecycle?.reconcile(change) ?? change());
    if (this.#context === context && client.context() !== subjectOf(context)) {
      const { error } = client.status();
      const message = error?.message ?? 'the server has not answered';
      throw new GeneralError(message, error === undefined ? undefined : { cause: error });
    }
  }

  /** Sends what has been reported, and closes the client. */
  async onClose(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#lifecycle?.stop();
    this.#lifecycle = undefined;
    await client?.close();
  }

  resolveBooleanEvaluation(flag: string, defaultValue: boolean, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  resolveStringEvaluation(flag: string, defaultValue: string, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  resolveNumberEvaluation(flag: string, defaultValue: number, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  /** An object stands in for a list, and the other way round. */
  resolveObjectEvaluation<T extends JsonValue>(flag: string, defaultValue: T, context: EvaluationContext) {
    return this.#resolve(flag, defaultValue, context);
  }

  #resolve<T extends JsonValue>(flag: string, defaultValue: T, context: EvaluationContext): ResolutionDetails<T> {
    if (this.#client === undefined) {
      return notReady(defaultValue);
    }
    return resolutionOf(flag, this.#client.peek<Json>(flag, null), defaultValue, context, this.#origin);
  }

  /**
   * Reports that something happened to the units of the context. `value` is the
   * measurement and `failed` what an error rate counts; other details become
   * attributes of the event.
   */
  track(name: string, _context: EvaluationContext, details: TrackingEventDetails = {}): void {
    this.#client?.track(name, occurrenceOf(details));
  }
}
