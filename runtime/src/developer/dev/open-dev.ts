import { join } from 'node:path'
import { type JsonObject, errorCode } from '@nexus/plugin-api'
import { type BuiltPlugin, buildPlugin } from '../project/build-plugin.ts'
import { WORK_FOLDER, writeTypes } from '../project/write-types.ts'
import { askPlugin } from '../workbench/ask-plugin.ts'
import type { Installed } from '../workbench/install.ts'
import { type Endpoint, openWorkbench, type Workbench } from '../workbench/open-workbench.ts'
import { runSchedule } from '../workbench/run-handler.ts'
import { developerError } from '../errors.ts'
import type { DevEvent } from './dev-events.ts'
import { watchSources } from './watch-sources.ts'

/** One plugin for each project: what it stored is there the next time. */
const INSTALLATION = '00000000-0000-4000-8000-00000000de70'

export interface DevOptions {
  /** Folder of the plugin. */
  readonly folder: string
  /** Port of the MCP endpoint; 0 for a free one. */
  readonly port: number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly config: JsonObject
  readonly secrets: Readonly<Record<string, string>>
  readonly allowPrivateAddresses: readonly string[]
  /** Grants what later saves ask for, too. */
  readonly grantAll: boolean
  readonly tell: (event: DevEvent) => void
}

/** A plugin that runs while its author works on it. */
export interface DevSession extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** `undefined` until a first save runs. */
  installed(): Installed | undefined
  /** Builds and runs what is there now. */
  reload(): Promise<void>
  /** Agrees to what the last save asks for, and runs it. */
  grant(): Promise<void>
  call(tool: string, args: JsonObject): Promise<JsonObject>
  run(schedule: string): Promise<void>
}

/** Runs the plugin of a folder in its real sandbox, and again with every save. A save that does not run changes nothing. */
export async function openDev(options: DevOptions): Promise<DevSession> {
  await using stack = new AsyncDisposableStack()
  const { folder, tell } = options
  await writeTypes(folder)
  const place = join(folder, WORK_FOLDER)
  const bench = stack.use(
    await openWorkbench({
      dataDir: join(place, 'dev'),
      cacheDir: join(place, 'cache'),
      environment: options.environment,
      port: options.port,
      byHand: false,
    }),
  )
  const state: DevState = { installed: undefined }
  stack.defer(async () => await state.installed?.[Symbol.asyncDispose]())
  let queue = Promise.resolve()
  const enqueue = (step: () => Promise<void>): Promise<void> => {
    queue = queue.then(step).catch((error: unknown) => tell(brokenBy(error)))
    return queue
  }
  const reload = (savedAt = performance.now()): Promise<void> =>
    enqueue(async () => await takeOver(bench, options, state, savedAt, options.grantAll))
  stack.use(watchSources(folder, (savedAt) => void reload(savedAt)))
  stack.defer(async () => await queue)
  await reload()
  const open = stack.move()
  const running = (): Installed => {
    if (state.installed !== undefined) return state.installed
    throw developerError('BENCH_START', 'Expected a plugin that runs, found none yet. Mend what was told, and save.')
  }
  return {
    endpoint: requireEndpoint(bench),
    installed: () => state.installed,
    reload: () => reload(),
    grant: () => enqueue(async () => await takeOver(bench, options, state, performance.now(), true)),
    call: (tool, args) => askPlugin(running(), 'tools/call', { name: tool, arguments: args }),
    run: (schedule) => runSchedule(running(), schedule, new Date()),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

interface DevState {
  installed: Installed | undefined
}

async function takeOver(
  bench: Workbench,
  options: DevOptions,
  state: DevState,
  savedAt: number,
  mayWiden: boolean,
): Promise<void> {
  const { tell } = options
  const began = performance.now()
  const built = await buildPlugin(options.folder)
  const bundleMs = performance.now() - began
  if (state.installed === undefined) {
    state.installed = await install(bench, options, built)
    tell({ event: 'ready', ms: performance.now() - savedAt })
    return
  }
  if (state.installed.row.bundleDigest === built.digest) return
  const wider = state.installed.widened(built)
  if (wider.length > 0 && !mayWiden) {
    tell({ event: 'consent', wider })
    return
  }
  await state.installed.reload(built)
  tell({ event: 'reloaded', ms: performance.now() - savedAt, bundleMs })
}

function install(bench: Workbench, options: DevOptions, built: BuiltPlugin): Promise<Installed> {
  return bench.install(built, {
    workspaceId: bench.workspaceId,
    installationId: INSTALLATION,
    config: options.config,
    secrets: options.secrets,
    allowPrivateAddresses: options.allowPrivateAddresses,
    world: {},
    listener: options.tell,
  })
}

function brokenBy(error: unknown): DevEvent {
  const message = error instanceof Error ? error.message : String(error)
  return { event: 'broken', code: errorCode(error) ?? 'UNKNOWN', message }
}

function requireEndpoint({ endpoint }: Workbench): Endpoint {
  if (endpoint !== undefined) return endpoint
  throw developerError('BENCH_START', 'Expected an endpoint for clients, found none.')
}
