import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRegistry } from '@nexus/registry'

const MODULES = join(import.meta.dirname, '../../../registry/npm/clients/node_modules')

/** The unmodified package managers that must be able to talk to the registry. */
export const managers = [
  { name: 'npm 10', kind: 'npm', major: 10, script: join(MODULES, 'npm-10/bin/npm-cli.js') },
  { name: 'npm 11', kind: 'npm', major: 11, script: join(MODULES, 'npm-11/bin/npm-cli.js') },
  { name: 'npm 12', kind: 'npm', major: 12, script: join(MODULES, 'npm-12/bin/npm-cli.js') },
  { name: 'pnpm', kind: 'pnpm', major: 12, script: join(MODULES, 'pnpm/bin/pnpm.mjs') },
] as const

export type Manager = (typeof managers)[number]

/** The third-party suite; see test/registry/npm/clients. */
export const SUITE = join(MODULES, '@verdaccio/e2e-cli/bin/e2e-cli.js')

/** The fixture project is installed by `npm ci` in test/registry/npm/clients; without it these tests are skipped. */
export const clientsInstalled = existsSync(SUITE) && managers.every(({ script }) => existsSync(script))
export const skippedWithoutClients = 'skipped: run `npm ci` in test/registry/npm/clients'

export const ADMIN_TOKEN = 'test-admin-token-of-at-least-32-characters'

/** A registry on a free port, reached as `localhost`, and a folder for what clients keep. */
export async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-npm-'))
  const registry = await openRegistry({ dataDir: join(folder, 'registry'), adminToken: ADMIN_TOKEN })
  return {
    folder,
    url: registry.url.replace('127.0.0.1', 'localhost'),
    async [Symbol.asyncDispose]() {
      await registry.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Both, for messages. */
  readonly text: string
}

/** Runs a program to its end with nothing of this process's environment but the path. */
export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string
    readonly env?: Readonly<Record<string, string>>
    readonly input?: string
    /** Typed one after the other, each when its question appears. */
    readonly answers?: readonly (readonly [question: string, answer: string])[]
    /** Called with everything printed so far, whenever there is more. */
    readonly onOutput?: (text: string) => void
  },
): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', CI: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const waiting = [...(options.answers ?? [])]
  const listen = () => {
    const [next] = waiting
    if (next !== undefined && (stdout + stderr).includes(next[0])) {
      child.stdin.write(`${next[1]}\n`)
      waiting.shift()
    }
    options.onOutput?.(stdout + stderr)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    listen()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    listen()
  })
  child.stdin.on('error', () => undefined)
  if (options.answers === undefined) child.stdin.end(options.input ?? '')
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  return { code, stdout, stderr, text: `${stdout}\n${stderr}` }
}

/** One package manager with a home of its own, talking to one registry. */
export async function openClient(manager: Manager, place: { readonly folder: string; readonly url: string }) {
  const home = await mkdtemp(join(place.folder, `${manager.kind}-${manager.major}-`))
  const npmrc = join(home, '.npmrc')
  const settings = `registry=${place.url}/\naudit=false\nfund=false\nupdate-notifier=false\nmin-release-age=0\n`
  await writeFile(npmrc, settings)
  const env = { HOME: home, npm_config_userconfig: npmrc, npm_config_cache: join(home, 'cache') }
  return {
    home,
    manager,
    /** Uses a token from now on. */
    async useToken(token: string) {
      await writeFile(npmrc, `${settings}//${new URL(place.url).host}/:_authToken=${token}\n`)
    },
    call: (args: readonly string[], options: Partial<Omit<Parameters<typeof run>[2], 'env'>> = {}) =>
      run(process.execPath, [manager.script, ...args], {
        ...options,
        cwd: options.cwd ?? home,
        env,
      }),
    /** A folder with a package in it. */
    async project(packageJson: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>> = {}) {
      const folder = await mkdtemp(join(home, 'project-'))
      const all = { 'index.js': 'export default 1\n', 'README.md': '# A package\n', ...files }
      await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson))
      for (const [path, text] of Object.entries(all)) await writeFile(join(folder, path), text)
      if (manager.kind === 'pnpm') await writeFile(join(folder, 'pnpm-workspace.yaml'), 'minimumReleaseAge: 0\n')
      return folder
    },
    /** A command that runs this manager, for programs that start it by a path. */
    async command() {
      const path = join(home, 'bin', manager.kind)
      await mkdir(join(home, 'bin'), { recursive: true })
      await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${manager.script}' "$@"\n`)
      await chmod(path, 0o755)
      return path
    },
  }
}

/** Signs up as npm does and gives the token. */
export async function signUp(url: string, name: string, password = `password-of-${name}`): Promise<string> {
  const response = await fetch(`${url}/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ _id: `org.couchdb.user:${name}`, name, password, type: 'user', roles: [] }),
  })
  return String(Object(await response.json()).token)
}
