import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join, sep } from 'node:path'
import { z } from 'zod'
import { errorCode } from '@nexus/plugin-api'
import { abortError, orAbort } from '../abort-error.ts'
import { gatewayError } from '../errors.ts'
import { NPM_INSTALL_MS } from '../limits.ts'
import { type Environment, npmEnvironment } from './npm-config.ts'

export interface NpmPackageRequest {
  /** For example `@modelcontextprotocol/server-everything`. */
  readonly name: string
  /** Exact version; ranges and tags would make two hosts run different code. */
  readonly version: string
  /** Where packages are kept; one folder for each name and version. */
  readonly dir: string
  /** Which command of the package; by default its only one, or the one named like the package. */
  readonly bin?: string
  readonly signal?: AbortSignal
  /** Where npm takes its settings from (proxy, registry); default: the variables of the host's process. */
  readonly env?: Environment
}

export interface InstalledPackage {
  /** Absolute path of the script to run with Node. */
  readonly entry: string
  /** Folder that holds the package and all its dependencies. */
  readonly folder: string
}

const NAME = /^(@[a-z0-9~-][a-z0-9._~-]{0,99}\/)?[a-z0-9~-][a-z0-9._~-]{0,99}$/
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]{1,60})?$/

const packageJson = z.looseObject({
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
})

const running = new Map<string, Promise<void>>()

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function runNpm(folder: string, spec: string, env: NodeJS.ProcessEnv): Promise<void> {
  // `ignore-scripts`: nothing of a stranger runs outside its sandbox, at install least of all.
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--save-exact',
    '--no-progress',
    '--',
    spec,
  ]
  // npm's launcher looks for `node` in the path: the one that runs the host comes first.
  const path = [dirname(process.execPath), env['PATH']].filter(Boolean).join(delimiter)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  return new Promise((resolve, reject) => {
    execFile(
      npm,
      args,
      {
        cwd: folder,
        env: { ...env, PATH: path },
        timeout: NPM_INSTALL_MS,
        maxBuffer: 4 * 1024 * 1024,
        windowsHide: true,
      },
      (error, _stdout, stderr) => {
        if (error === null) return resolve()
        if (errorCode(error) === 'ENOENT') {
          return reject(
            gatewayError(
              'PACKAGE_MANAGER_MISSING',
              'Expected `npm` in the PATH of the host, found none. Install npm, or add the server as a command instead.',
              { cause: error },
            ),
          )
        }
        const code =
          /npm (?:error|ERR!) code (\w+)/.exec(stderr)?.[1] ?? (error.killed === true ? 'timeout' : 'unknown')
        reject(
          gatewayError(
            'PACKAGE_INSTALL_FAILED',
            `Expected npm to install ${spec}, found it failed (${code}). Check the name, the version and the way to the npm registry.`,
            { details: { npmCode: code }, cause: error },
          ),
        )
      },
    )
  })
}

/** Installs into a folder beside the final one and renames it: a crash leaves no half package where one is looked for. */
async function install({ name, version, dir, env }: NpmPackageRequest, folder: string): Promise<void> {
  const staging = join(dir, `.staging-${randomUUID()}`)
  await mkdir(staging, { recursive: true })
  try {
    await writeFile(join(staging, 'package.json'), '{"private":true}\n')
    await runNpm(staging, `${name}@${version}`, npmEnvironment(env))
    await rename(staging, folder)
  } catch (error) {
    // Another host process that shares the folder was faster; its result is as good.
    if (await exists(folder)) return
    throw error
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function findEntry(folder: string, { name, version, bin }: NpmPackageRequest): Promise<string> {
  const root = join(folder, 'node_modules', ...name.split('/'))
  const parsed = packageJson.safeParse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const declared = parsed.success ? parsed.data.bin : undefined
  const short = name.split('/').at(-1) ?? name
  const commands: Readonly<Record<string, string>> =
    typeof declared === 'string' ? { [short]: declared } : (declared ?? {})
  const names = Object.keys(commands)
  const wanted = bin ?? (names.length === 1 ? names[0] : short)
  const script = wanted === undefined ? undefined : commands[wanted]
  const entry = script === undefined ? undefined : join(root, script)
  if (entry === undefined || !entry.startsWith(root + sep)) {
    throw gatewayError(
      'PACKAGE_BIN_UNKNOWN',
      `Expected ${name}@${version} to have the command \`${wanted ?? short}\`, found ${names.length === 0 ? 'no commands' : names.join(', ')}.`,
    )
  }
  return entry
}

/** Installs an npm package once, without its install scripts, and says which script to run with `process.execPath`. */
export async function installNpmPackage(request: NpmPackageRequest): Promise<InstalledPackage> {
  const { name, version, dir, signal } = request
  if (!NAME.test(name) || !VERSION.test(version)) {
    throw gatewayError(
      'PACKAGE_INVALID',
      `Expected an npm package name and an exact version, found \`${name.slice(0, 100)}@${version.slice(0, 40)}\`.`,
    )
  }
  if (signal?.aborted === true) throw abortError(signal)
  const folder = join(dir, `${name.replace('/', '+')}@${version}`)
  if (!(await exists(folder))) {
    let work = running.get(folder)
    if (work === undefined) {
      work = install(request, folder).finally(() => running.delete(folder))
      running.set(folder, work)
    }
    await (signal === undefined ? work : orAbort(work, signal))
  }
  return { entry: await findEntry(folder, request), folder }
}
