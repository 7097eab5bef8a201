import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { bare, type Context, literalText, memberName, type Node } from '../node.js';

/** The texts that a file keeps in constants: of a constant, or of the members of an object. */
type Constants = Map<string, string | Map<string, string>>;

/**
 * The text that an expression stands for: a literal, a constant, a member of a
 * constant object, of this file or of one that it imports by a relative path.
 */
export function textOf(node: Node | undefined, context: Context): string | undefined {
  if (node === undefined) {
    return undefined;
  }
  const expression = bare(node);
  const text = literalText(expression);
  if (text !== undefined) {
    return text;
  }
  if (expression.type === 'Identifier') {
    const constant = lookUp(expression.name, context);
    return typeof constant === 'string' ? constant : undefined;
  }
  if (expression.type === 'MemberExpression' && expression.object?.type === 'Identifier') {
    const object = lookUp(expression.object.name, context);
    return typeof object === 'object' ? object.get(memberName(expression) ?? '') : undefined;
  }
  return undefined;
}

function lookUp(name: string | undefined, context: Context): string | Map<string, string> | undefined {
  const program = context.sourceCode.ast as unknown as Node;
  return constantsOf(program).get(name ?? '') ?? imported(name, program, context);
}

const known = new WeakMap<Node, Constants>();

/** The constants at the top of a file. */
function constantsOf(program: Node): Constants {
  const had = known.get(program);
  if (had !== undefined) {
    return had;
  }
  const found: Constants = new Map();
  for (const statement of program.body as Node[]) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') {
      continue;
    }
    for (const { id, init } of declaration.declarations ?? []) {
      const constant = init ? constantOf(bare(init)) : undefined;
      if (id?.name !== undefined && constant !== undefined) {
        found.set(id.name, constant);
      }
    }
  }
  known.set(program, found);
  return found;
}

function constantOf(init: Node): string | Map<string, string> | undefined {
  if (
    init.type === 'CallExpression' &&
    init.callee?.object?.name === 'Object' &&
    memberName(init.callee) === 'freeze' &&
    init.arguments?.[0]
  ) {
    return constantOf(bare(init.arguments[0]));
  }
  if (init.type !== 'ObjectExpression') {
    return literalText(init);
  }
  const members = new Map<string, string>();
  for (const property of init.properties ?? []) {
    const name = property.computed ? undefined : (property.key?.name ?? literalText(property.key));
    const text = property.type === 'Property' ? literalText(bare(property.value as Node)) : undefined;
    if (name !== undefined && text !== undefined) {
      members.set(name, text);
    }
  }
  return members;
}

/** The constant that a name is imported for. */
function imported(name: string | undefined, program: Node, context: Context): string | Map<string, string> | undefined {
  for (const statement of program.body as Node[]) {
    const from = statement.type === 'ImportDeclaration' ? literalText(statement.source) : undefined;
    if (!from?.startsWith('.')) {
      continue;
    }
    const specifier = statement.specifiers?.find((s) => s.type === 'ImportSpecifier' && s.local?.name === name);
    if (specifier !== undefined) {
      const file = parsed(resolve(dirname(context.filename), from), context);
      return file && constantsOf(file).get(specifier.imported?.name ?? '');
    }
  }
  return undefined;
}

const files = new Map<string, { mtimeMs: number; program: Node | undefined }>();

/** The syntax tree of a file that is imported, undefined if there is none. */
function parsed(path: string, context: Context): Node | undefined {
  for (const candidate of candidates(path)) {
    const stat = statSync(candidate, { throwIfNoEntry: false });
    if (!stat?.isFile()) {
      continue;
    }
    let had = files.get(candidate);
    if (had?.mtimeMs !== stat.mtimeMs) {
      had = { mtimeMs: stat.mtimeMs, program: parse(candidate, context) };
      files.set(candidate, had);
    }
    return had.program;
  }
  return undefined;
}

/** A path as it is written in an import may stand for these files. */
function candidates(path: string): string[] {
  const stem = path.replace(/\.(m|c)?jsx?$/, '');
  const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
  return [path, ...endings.map((e) => stem + e), ...endings.map((e) => `${path}/index${e}`)];
}

interface Parser {
  parse?: (text: string, options: object) => unknown;
  parseForESLint?: (text: string, options: object) => { ast: unknown };
}

/** A file that this parser cannot read has no constants. */
function parse(path: string, context: Context): Node | undefined {
  const { parser, parserOptions, ecmaVersion, sourceType } = context.languageOptions as {
    parser?: Parser;
    parserOptions?: object;
    ecmaVersion?: number;
    sourceType?: string;
  };
  const options = {
    ...parserOptions,
    ecmaVersion,
    sourceType,
    filePath: path,
    range: true,
    project: undefined,
    projectService: false,
  };
  try {
    const text = readFileSync(path, 'utf8');
    return (parser?.parseForESLint ? parser.parseForESLint(text, options).ast : parser?.parse?.(text, options)) as
      | Node
      | undefined;
  } catch {
    return undefined;
  }
}
