import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ConfigValues,
  type HttpUpstream,
  type JsonObject,
  type StdioUpstream,
  type ToolContribution,
  isJsonObject,
  parseJson,
} from '@nexus/plugin-api'
import { readBundle } from '@nexus/registry/bundle'
import { pino } from 'pino'
import { type PluginLogLine, createBroker, createEgress, createPluginFiles } from '../../runtime/src/broker/index.ts'
import { resolveGrants } from '../../runtime/src/grants/resolve-grants.ts'
import { openIsolateHost } from '../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import { limitsFor } from '../../runtime/src/sandbox/limits-for.ts'
import { loadProfiles } from '../../runtime/src/sandbox/load-profiles.ts'
import type { HandlerKind } from '../../runtime/src/sandbox/sandbox.ts'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'

const root = join(import.meta.dirname, '../..')

/** A plugin that was packed, read back strictly, and runs in an isolate behind the real broker. */
export interface OpenPlugin extends AsyncDisposable {
  readonly log: readonly PluginLogLine[]
  readonly stdio: readonly (readonly [name: string, spec: StdioUpstream])[]
  readonly http: readonly (readonly [name: string, spec: HttpUpstream])[]
  readonly defined: readonly ToolContribution[]
  invoke(handler: HandlerKind, name: string, payload: JsonObject): Promise<JsonObject>
}

/** What a test decides beyond the configuration. */
export interface OpenOptions {
  readonly secrets?: Readonly<Record<string, string>>
  /** `host:port` entries that may be private. */
  readonly allowPrivateAddresses?: readonly string[]
}

const none = () => Promise.reject(new Error('Expected no storage to be used.'))

/** Packs the plugin in `folder` (from the repository's root) and starts it with what its manifest asks for granted. */
export async function openPlugin(folder: string, config: ConfigValues, options: OpenOptions = {}): Promise<OpenPlugin> {
  await using stack = new AsyncDisposableStack()
  const cacheDir = await mkdtemp(join(tmpdir(), 'nexus-plugin-'))
  stack.defer(() => rm(cacheDir, { recursive: true, force: true }))
  const { files, manifest } = await readBundle((await packPlugin(join(root, folder))).tgz)
  const code = new TextDecoder().decode(files.get(manifest.main))
  const profile = (await loadProfiles(join(root, 'sandbox-profiles'))).get(manifest.sandbox.profile)
  const limits = limitsFor(profile, manifest.sandbox.limits)
  const ids = { installationId: randomUUID(), workspaceId: randomUUID() }
  const log: PluginLogLine[] = []
  const stdio: (readonly [string, StdioUpstream])[] = []
  const http: (readonly [string, HttpUpstream])[] = []
  const defined: ToolContribution[] = []
  const broker = createBroker({
    callTool: () => Promise.reject(new Error('There is no gateway here.')),
    emit: () => undefined,
    egress: stack.use(createEgress()),
    storage: { get: none, getVersioned: none, set: none, compareAndSet: none, delete: none, list: none },
    files: createPluginFiles({ folder: join(cacheDir, 'files'), roots: async () => [] }),
    audit: { record: () => undefined },
    reveal: (_, name) => {
      const secret = options.secrets?.[name]
      return secret === undefined
        ? Promise.reject(new Error('Expected a secret, found none.'))
        : Promise.resolve(secret)
    },
    log: (line) => log.push(line),
  })
  const grants = resolveGrants(manifest, config, { allowPrivateAddresses: options.allowPrivateAddresses ?? [] })
  const port = broker.portFor(
    { id: ids.installationId, workspaceId: ids.workspaceId, pluginId: manifest.id, grants, limits, config },
    {
      stdio: (name, spec) => void stdio.push([name, spec]),
      http: (name, spec) => void http.push([name, spec]),
      defineTool: (tool) => void defined.push(tool),
      closeUpstream: () => undefined,
      withdrawTool: () => undefined,
    },
  )
  const host = stack.use(await openIsolateHost({ cacheDir, logger: pino({ level: 'silent' }) }))
  const codeDigest = `sha256:${createHash('sha256').update(code).digest('hex')}`
  const sandbox = stack.use(
    await host.open(
      { ...ids, manifest, code, codeDigest, config, profile, limits },
      port,
      new AbortController().signal,
    ),
  )
  const open = stack.move()
  return {
    log,
    stdio,
    http,
    defined,
    async invoke(handler, name, payload) {
      const text = await sandbox.invoke({
        handler,
        name,
        payload: JSON.stringify(payload),
        requestId: randomUUID(),
        principal: { id: 'tester', displayName: 'Tester' },
        signal: new AbortController().signal,
      })
      const answer = parseJson(text)
      if (!isJsonObject(answer)) throw new Error(`Expected an object, found ${text.slice(0, 100)}.`)
      return answer
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
