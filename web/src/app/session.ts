/**
 * The admin token of this browser tab, or of this browser if the reader wants to stay signed in. A link may bring one
 * along in its fragment, which never reaches a server: /#key=fl_admin_...
 */
const name = 'flagledger.token';
const listeners = new Set<() => void>();

function fromFragment(): string | null {
  const match = /^#key=(fl_admin_[\w-]+)$/.exec(window.location.hash);
  if (!match) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return match[1] ?? null;
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(name) ?? localStorage.getItem(name);
  } catch {
    return null; // storage is off: the token lives as long as the page
  }
}

let token = fromFragment();
if (token) keep(token, false);
token ??= stored();

function keep(value: string, stay: boolean): void {
  try {
    (stay ? localStorage : sessionStorage).setItem(name, value);
  } catch {
    // see stored
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

export const session = {
  token: (): string | null => token,
  begin(value: string, stay: boolean): void {
    token = value;
    keep(value, stay);
    tell();
  },
  end(): void {
    if (token === null) return;
    token = null;
    try {
      sessionStorage.removeItem(name);
      localStorage.removeItem(name);
    } catch {
      // see stored
    }
    tell();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
