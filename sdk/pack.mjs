// Checks what npm would publish of each package: the files, what publint and
// attw say of them, and that plain Node.js can import and require them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const packages = ['core', 'node', 'react', 'openfeature-server', 'openfeature-web', 'eslint-plugin'];
const belongs =
  /^(dist\/(esm|cjs)\/([\w/.-]+\.(js|d\.ts)|package\.json)|docs\/[\w-]+\.md|README\.md|LICENSE|package\.json)$/;

const folder = mkdtempSync(join(tmpdir(), 'flagledger-pack-'));
const problems = [];
try {
  for (const name of packages) {
    check(name);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) {
  console.error(problem);
}
process.exit(problems.length > 0 ? 1 : 0);

function check(name) {
  const cwd = join(root, 'sdk', name);
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder], cwd);
  const answer = JSON.parse(packed);
  const [{ filename, files, size }] = Array.isArray(answer) ? answer : Object.values(answer);
  const paths = files.map(({ path }) => path);
  const alien = paths.filter((path) => !belongs.test(path));
  if (alien.length > 0) {
    problems.push(`${name}: does not belong into the package: ${alien.join(', ')}`);
  }
  for (const needed of ['README.md', 'LICENSE', 'package.json']) {
    paths.includes(needed) || problems.push(`${name}: ${needed} is missing`);
  }
  const tarball = join(folder, filename);
  complain(name, 'publint', ['publint', 'run', tarball, '--strict'], root);
  complain(name, 'attw', ['attw', tarball, '--profile', 'node16', '--no-color', '--format', 'ascii'], root);
  load(name, tarball);
  console.log(`${name}: ${paths.length} files, ${Math.ceil(size / 1024)} KiB packed`);
}

/** Loads each entry point of what was packed, both ways; what it depends on comes from the workspace. */
function load(name, tarball) {
  const home = join(folder, name);
  const published = JSON.parse(readFileSync(join(root, 'sdk', name, 'package.json'), 'utf8')).name;
  const installed = join(home, 'node_modules', published);
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1'], home);
  const {
    name: full,
    exports,
    dependencies = {},
    peerDependencies = {},
  } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(home, 'node_modules', needed);
    mkdirSync(dirname(link), { recursive: true });
    const nearest = [join(root, 'sdk', name), root]
      .map((place) => join(place, 'node_modules', needed))
      .find(existsSync);
    symlinkSync(nearest ?? root, link);
  }
  for (const entry of Object.keys(exports).filter((key) => !key.endsWith('.json'))) {
    const id = JSON.stringify(join(full, entry));
    const some = '(m) => { if (Object.keys(m).length === 0) process.exit(1); }';
    complain(name, `import ${id}`, ['node', '--input-type=module', '-e', `import(${id}).then(${some})`], home);
    complain(name, `require ${id}`, ['node', '--input-type=commonjs', '-e', `(${some})(require(${id}))`], home);
  }
}

function complain(name, what, [command, ...args], cwd) {
  try {
    run(command === 'node' ? process.execPath : join(root, 'node_modules', '.bin', command), args, cwd);
  } catch (err) {
    problems.push(`${name}: ${what}:\n${err.stdout}${err.stderr}`);
  }
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
