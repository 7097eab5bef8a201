import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where a flag stands, as the server tells. */
export interface FlagState {
  key: string;
  lifecycle: 'draft' | 'rolling-out' | 'live' | 'stale' | 'archived';
  /** What everybody gets everywhere, if that is one variant. */
  decided?: { variant: string; value: unknown; since?: string };
  findings?: { rule: string; message: string }[];
}

/** The flags of a project: what `flagledger hygiene report --json` prints. */
export interface ProjectState {
  project?: string;
  at?: string;
  flags: FlagState[];
}

/** `settings.flagledger` of a configuration: a file, or the flags themselves. */
export interface Settings {
  /** Relative to the working folder; flagledger.flags.json by default. */
  file?: string;
  flags?: FlagState[];
}

export const defaultFile = 'flagledger.flags.json';

/** The command that makes the file. */
export const command = (file: string) => `flagledger hygiene report --json > ${file}`;

/** The flags by key, or why they are not known. */
export type Loaded = { flags: Map<string, FlagState> } | { problem: string };

const files = new Map<string, { mtimeMs: number; loaded: Loaded }>();
const inline = new WeakMap<FlagState[], Loaded>();

/** Reads what the settings name; a file once, and again when it has changed. */
export function load(settings: Settings | undefined, cwd: string): Loaded {
  if (settings?.flags !== undefined) {
    let loaded = inline.get(settings.flags);
    if (loaded === undefined) {
      loaded = { flags: byKey(settings.flags) };
      inline.set(settings.flags, loaded);
    }
    return loaded;
  }
  const name = settings?.file ?? defaultFile;
  const path = resolve(cwd, name);
  const mtimeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  const had = files.get(path);
  if (had?.mtimeMs === mtimeMs) {
    return had.loaded;
  }
  const loaded = read(path, name);
  files.set(path, { mtimeMs, loaded });
  return loaded;
}

function read(path: string, name: string): Loaded {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { problem: `there is no file ${name} with the state of flags: make it with "${command(name)}"` };
  }
  try {
    return { flags: byKey(parseState(text).flags) };
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    return { problem: `${name} does not hold the state of flags (${why}): make it anew with "${command(name)}"` };
  }
}

/** Reads the state of a project; throws an error that says what is wrong with it. */
export function parseState(text: string): ProjectState {
  const state = JSON.parse(text) as ProjectState | null;
  const broken = state?.flags?.find?.((f) => typeof f?.key !== 'string' || typeof f.lifecycle !== 'string');
  if (!Array.isArray(state?.flags) || broken !== undefined) {
    throw new Error(broken ? `the flag ${JSON.stringify(broken)} has no key or lifecycle` : 'it has no list "flags"');
  }
  return state;
}

function byKey(flags: FlagState[]): Map<string, FlagState> {
  return new Map(flags.map((f) => [f.key, f]));
}
