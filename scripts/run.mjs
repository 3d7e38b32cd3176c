// Runs a script on the Node this project pins, after making sure that the checkout is set up.
// Plain JavaScript without dependencies: the system's Node (20 or newer) runs it before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, 'package-lock.json')
const installedMark = join(root, 'node_modules', '.nexus-setup')
const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

const HOST = join('runtime', 'src', 'main.ts')
/** A young generation of this size, in MiB, is enough for the host and gives memory back. */
const HOST_FLAGS = ['--max-semi-space-size=8']

/** How often to look whether whoever started this is still there, milliseconds. */
const ORPHAN_CHECK_MS = 500

function isInstalled() {
  if (!existsSync(installedMark) || !existsSync(node)) return false
  return readFileSync(installedMark, 'utf8') === readFileSync(lockFile, 'utf8')
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

function step(title, command, args, options = {}) {
  process.stderr.write(`${title} …\n`)
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options })
  if (result.status === 0) return
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  fail(
    `${title} failed (${result.error?.message ?? `exit code ${result.status}`}). Mend what the lines above say, then run the command again.`,
  )
}

/** The install step: exactly the lockfile, no install scripts (see .npmrc). */
function install() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  step('Installing dependencies from the lockfile', npm, ['ci', '--loglevel=error'], {
    shell: process.platform === 'win32',
  })
  mkdirSync(dirname(installedMark), { recursive: true })
  writeFileSync(installedMark, readFileSync(lockFile, 'utf8'))
}

/** What the build reads: names, sizes and times are enough to know that something changed. */
function sourcesStamp() {
  const hash = createHash('sha256')
  const visit = (path) => {
    const info = statSync(path)
    if (info.isFile()) hash.update(`${path}:${info.size}:${info.mtimeMs}\n`)
    else
      for (const name of readdirSync(path).toSorted())
        if (name !== 'node_modules' && name !== 'dist') visit(join(path, name))
  }
  for (const folder of [
    'marketplace-ui',
    'plugins',
    'plugin-api',
    'runtime/src/contract',
    'registry/src/contract',
    'runtime/src/developer/pack',
  ])
    visit(join(root, folder))
  return hash.digest('hex')
}

/** Builds what the browser and the sandboxes get; the server itself runs as it is written. */
function build() {
  const mark = join(root, '.cache', 'build.stamp')
  const stamp = sourcesStamp()
  if (
    existsSync(mark) &&
    readFileSync(mark, 'utf8') === stamp &&
    existsSync(join(root, 'marketplace-ui', 'dist', 'index.html'))
  )
    return
  step('Building the console and the first-party plugins', node, [join(root, 'scripts', 'build.ts')])
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, stamp)
}

if (!isInstalled()) install()
build()

const [given, ...args] = process.argv.slice(2)
const script = given === undefined ? undefined : normalize(given)
if (script === undefined) fail('Usage: node scripts/run.mjs <script> [arguments]')
if (!existsSync(join(root, script)) || !statSync(join(root, script)).isFile()) fail(`No such script: ${script}`)

// Signals reach the child through the terminal's process group or from a supervisor; this process only waits,
// so that its exit code is the child's.
const child = spawn(node, [...HOST_FLAGS.filter(() => script === HOST), join(root, script), ...args], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: 'inherit',
  env: {
    ...process.env,
    // Node keeps what it made of each file: the next start is faster, and needs no compiler of types in memory.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'nexus-code'),
    PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  },
})
// The script is told once: a second signal means "at once", and only a person may mean that.
let told = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    told = true
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
// npm and its shell die of a signal without waiting for what they started: the script must not outlive them unseen.
const parent = process.ppid
setInterval(() => {
  if (told || process.ppid === parent) return
  told = true
  child.kill('SIGTERM')
}, ORPHAN_CHECK_MS).unref()
child.on('exit', (code, signal) => {
  if (signal !== null) process.exit(130)
  process.exit(code ?? 1)
})
