'use client';

import type { Details, Json } from '@flagledger/core/browser';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { useSource } from './client.js';
import type { Answers } from './source.js';

/** An answer with its explanation. */
export interface FlagDetails<T> extends Details<T> {
  /** Whether the server, or the bootstrap, has answered; false while only defaults are served. */
  readonly ready: boolean;
}

/**
 * Whether a boolean flag is on for the provider's context; `defaultValue` until
 * there are answers, and for a flag that does not exist or is not boolean.
 *
 * As all hooks of a flag do, it renders again only when its own answer changes,
 * and reports the exposure once the answer has been committed to the page.
 */
export function useFeatureFlag(flag: string, defaultValue = false): boolean {
  return useFlagValue<boolean>(flag, defaultValue);
}

/** The name of the variant that a flag serves; undefined while it serves none. */
export function useVariant(flag: string): string | undefined {
  return useAnswer(flag, (answers) => answers.peek<Json>(flag, null).variant);
}

/**
 * The value of a flag; `defaultValue` until there are answers, and when the
 * flag's value is of another type. An object keeps its identity as long as its
 * contents are the same, whatever else is fetched, so it may be a dependency of
 * an effect.
 */
export function useFlagValue<T extends Json>(flag: string, defaultValue: T): T {
  return useAnswer(flag, (answers) => answers.peek(flag, defaultValue).value);
}

/** The value with variant, reason, rule, version and error; renders again when any of them changes. */
export function useFlagDetails<T extends Json>(flag: string, defaultValue: T): FlagDetails<T> {
  return useAnswer(flag, (answers) => ({ ...answers.peek(flag, defaultValue), ready: answers.status().ready }));
}

/** Follows one flag: what `select` makes of the answers, the same object as long as its contents are the same. */
function useAnswer<S>(flag: string, select: (answers: Answers) => S): S {
  const source = useSource();
  const [keep] = useState(keeper<S>);
  const subscribe = useCallback(
    (changed: () => void) => {
      // React subscribes in an effect: what is exposed here was really shown,
      // and so is every later answer, and every later unit. The client drops
      // what it has reported already.
      const show = () => source.client.expose(flag);
      show();
      return source.subscribe(() => {
        changed();
        show();
      });
    },
    [source, flag],
  );
  const answer = useSyncExternalStore(
    subscribe,
    () => keep(select(source.answers)),
    () => keep(select(source.initial)),
  );
  source.wait();
  return answer;
}

/** Remembers an answer and gives it back for every equal one: React compares by identity. */
function keeper<S>(): (answer: S) => S {
  let last: S;
  let text: string | undefined = '';
  return (answer) => {
    if (!Object.is(answer, last)) {
      const next = JSON.stringify(answer);
      if (next !== text) {
        text = next;
        last = answer;
      }
    }
    return last;
  };
}
