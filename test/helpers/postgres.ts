import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

/** A PostgreSQL server that belongs to one test file. */
export interface TestPostgres extends AsyncDisposable {
  /** An empty database of its own; each call makes another. */
  createDatabase(): Promise<string>
  readonly url: string
}

const DEBIAN_HOME = '/usr/lib/postgresql'

function findBinaries(): string | undefined {
  const chosen = process.env['PG_BIN']
  if (chosen !== undefined) return chosen
  if (!existsSync(DEBIAN_HOME)) return undefined
  return readdirSync(DEBIAN_HOME)
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_HOME, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

/** True when this machine can start PostgreSQL. With `CI=true` it must: tests then fail instead of being skipped. */
export function postgresAvailable(): boolean {
  return findBinaries() !== undefined || process.env['CI'] === 'true'
}

/** Words for the title of a suite that needs PostgreSQL, so that a skipped one says why. */
export const skippedWithoutPostgres = 'skipped: no PostgreSQL binaries on this machine (PG_BIN)'

function idOfPostgres(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

/** `initdb` refuses to run as root: then everything runs as the user `postgres`. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('Expected a port, found none.')
  return address.port
}

async function run(command: string, args: readonly string[], options: { uid?: number; gid?: number }): Promise<void> {
  const child = spawn(command, args, { ...options, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`Expected ${command} to succeed, found exit code ${String(code)}: ${errors}`)
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`Expected PostgreSQL to start, found exit code ${server.exitCode}.`)
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      // Not listening yet.
      await sleep(50)
    }
  }
}

/** Starts a real PostgreSQL on a free port with its data in a temporary folder. */
export async function startPostgres(): Promise<TestPostgres> {
  const binaries = findBinaries()
  if (binaries === undefined)
    throw new Error('Expected PostgreSQL binaries, found none. Install postgresql or set PG_BIN.')
  const user = serverUser()
  const folder = await mkdtemp(join(tmpdir(), 'nexus-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'nexus', '-A', 'trust', '-N', '-E', 'UTF8'], user)
  const port = await freePort()
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-c', 'fsync=off'],
    { ...user, cwd: '/', stdio: 'ignore' },
  )
  const base = `postgres://nexus@127.0.0.1:${port}`
  const url = `${base}/postgres`
  await untilReady(url, server)
  let count = 0
  return {
    url,
    async createDatabase() {
      const name = `test_${(count += 1)}`
      const client = new Client({ connectionString: url })
      await client.connect()
      await client.query(`CREATE DATABASE ${name}`)
      await client.end()
      return `${base}/${name}`
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.once('close', resolve))
      // SIGINT is PostgreSQL's fast shutdown: open connections are cut.
      server.kill('SIGINT')
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}
