import { type Request, type RequestHandler, Router, urlencoded } from 'express';
import type { Who } from '../shared/account.js';
import type { Directory } from './directory.js';
import { Problem } from './problem.js';

const COOKIE = 'user';
const VISITOR = 'fernhill-1';

/**
 * Knows who sends a request by a cookie. An application has passwords here;
 * this one lets you be whom you like, to see what they see.
 */
export class Sessions {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  of(request: Pick<Request, 'headers'>): Who {
    const named = cookieOf(request.headers.cookie ?? '', COOKIE);
    const found = this.#find(named) ?? this.#find(VISITOR);
    if (!found) {
      throw new Error(`there is no user ${VISITOR}`);
    }
    return found;
  }

  #find(userId: string): Who | undefined {
    const user = this.#directory.user(userId);
    const account = user && this.#directory.account(user.accountId);
    return account && { user, account };
  }

  /** POST /session with a form whose field `user` is an id. */
  routes(): RequestHandler {
    return Router().post('/session', urlencoded({ extended: false }), (request, response) => {
      const wanted: unknown = request.body?.user;
      if (typeof wanted !== 'string' || !this.#find(wanted)) {
        throw new Problem(422, 'user: there is nobody of that id');
      }
      response.cookie(COOKIE, wanted, { httpOnly: true, sameSite: 'lax' });
      response.redirect(303, '/');
    });
  }
}

function cookieOf(header: string, name: string): string {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value) {
      return value;
    }
  }
  return '';
}
