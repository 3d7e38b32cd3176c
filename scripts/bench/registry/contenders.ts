import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRegistry } from '../registry-process.ts'
import { openHttp } from './http-load.ts'

/** A registry that is measured. */
export interface Contender extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly pid: number
  /** Headers of a caller that may publish. */
  readonly headers: Readonly<Record<string, string>>
}

const FIXTURE = join(import.meta.dirname, 'verdaccio')
const INSTALLED = join(import.meta.dirname, '../../../.cache/verdaccio')

export async function startNexus(dataDir: string): Promise<Contender> {
  const registry = await startRegistry(dataDir)
  return {
    name: 'Nexus',
    url: registry.url,
    pid: registry.pid,
    headers: await signUp(registry.url),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  }
}

/** Verdaccio with tokens that it can check without a password hash: its fastest setting. */
export async function startVerdaccio(): Promise<Contender> {
  await installVerdaccio()
  const folder = await mkdtemp(join(tmpdir(), 'nexus-verdaccio-'))
  const port = await freePort()
  await writeFile(join(folder, 'config.yaml'), configuration(folder))
  const script = join(INSTALLED, 'node_modules/verdaccio/bin/verdaccio')
  const child = spawn(process.execPath, [script, '-c', join(folder, 'config.yaml'), '-l', `127.0.0.1:${port}`], {
    stdio: 'ignore',
    cwd: folder,
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/-/ping`)).ok)
  return {
    name: 'Verdaccio',
    url,
    pid: child.pid ?? 0,
    headers: await signUp(url),
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function installVerdaccio(): Promise<void> {
  await mkdir(INSTALLED, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await copyFile(join(FIXTURE, file), join(INSTALLED, file))
  if (existsSync(join(INSTALLED, 'node_modules/verdaccio/bin/verdaccio'))) return
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: INSTALLED, encoding: 'utf8' })
  if (status !== 0) throw new Error(`Expected Verdaccio to install, found: ${stderr.slice(0, 2000)}`)
}

function configuration(folder: string): string {
  return [
    `storage: ${join(folder, 'storage')}`,
    'auth:',
    '  htpasswd:',
    `    file: ${join(folder, 'htpasswd')}`,
    'security:',
    '  api:',
    '    legacy: false',
    '    jwt:',
    '      sign: { expiresIn: 29d }',
    'max_body_size: 100mb',
    "packages: { '**': { access: $all, publish: $authenticated } }",
    'web: { enable: false }',
    'userRateLimit: { windowMs: 50000, max: 1000000 }',
    'log: { type: stdout, format: json, level: fatal }',
    '',
  ].join('\n')
}

async function signUp(url: string): Promise<Readonly<Record<string, string>>> {
  const http = openHttp(url)
  const user = { name: 'bench', password: 'a-password-of-the-bench', type: 'user', roles: [] }
  const { text } = await http.send({
    method: 'PUT',
    path: '/-/user/org.couchdb.user:bench',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(user)),
  })
  http.close()
  const { token } = JSON.parse(text)
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function until(ready: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await ready().catch(() => false)) return
    await sleep(200)
  }
  throw new Error('Expected the registry to listen within a minute, found that it does not.')
}
