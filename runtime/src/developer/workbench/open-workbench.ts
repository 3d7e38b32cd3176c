import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readConfig } from '../../config.ts'
import { openGateway } from '../../gateway/index.ts'
import { systemPrincipal } from '../../identity/principal.ts'
import { identityError } from '../../identity/errors.ts'
import { openDataFolder } from '../../start/data-folder.ts'
import { type Front, createFront } from '../../start/front.ts'
import { listen } from '../../start/listen.ts'
import { openFoundation } from '../../start/open-foundation.ts'
import { openPlugins } from '../../start/open-plugins.ts'
import { createLogger } from '../../telemetry/index.ts'
import type { BuiltPlugin } from '../project/build-plugin.ts'
import { createTaps } from './create-taps.ts'
import { type Installed, type InstallOptions, installOn } from './install.ts'
import { createBuiltReleases } from './releases.ts'
import { createSites } from './site.ts'

export interface WorkbenchOptions {
  /** Held by this workbench alone. */
  readonly dataDir: string
  /** Where compiled code is kept; may be shared by several. */
  readonly cacheDir: string
  /** Environment of the process, for npm and for what a host reads of it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Serve MCP clients on this port of loopback, 0 for a free one. Absent: nobody can connect. */
  readonly port?: number
  /** Schedules run only by hand. */
  readonly byHand: boolean
}

/** Where MCP clients find the workbench, and the token that lets them in. */
export interface Endpoint {
  readonly url: string
  readonly token: string
}

/**
 * A host for one author: the same sandboxes, broker, gateway and store as any host, with what lies in a folder in the
 * place of verified releases.
 */
export interface Workbench extends AsyncDisposable {
  /** Absent when nobody can connect. */
  readonly endpoint: Endpoint | undefined
  /** The workspace that the endpoint serves. */
  readonly workspaceId: string
  install(plugin: BuiltPlugin, options: InstallOptions): Promise<Installed>
}

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  await using stack = new AsyncDisposableStack()
  const config = readConfig({
    ...options.environment,
    NEXUS_DATA: options.dataDir,
    NEXUS_LOG_LEVEL: 'silent',
    NEXUS_DATABASE_URL: undefined,
    NEXUS_HOST: undefined,
    NEXUS_PUBLIC_URL: undefined,
    NEXUS_SECRET_KEY: undefined,
  })
  const logger = createLogger({ level: 'silent' })
  stack.use(await openDataFolder(config.dataDir))
  const front = options.port === undefined ? undefined : createFront()
  const port = front === undefined ? undefined : await listen(front.server, '127.0.0.1', options.port ?? 0)
  if (front !== undefined) stack.defer(() => front.close())
  const url = `http://127.0.0.1:${port ?? 0}`
  const base = await openFoundation(config, logger, stack)
  const workspaceId = base.identity.defaultWorkspace.id
  const token = `nxd_${randomBytes(24).toString('base64url')}`
  const { store, policy, audit, stateKey } = base
  const gateway = stack.use(
    openGateway({ store, policy, audit, stateKey, publicUrl: url, authenticate: tokenCheck(token, workspaceId) }),
  )
  const sites = createSites()
  const releases = createBuiltReleases()
  const plugins = await openPlugins(config, logger, base, releases, gateway, stack, createTaps(sites, options))
  if (front !== undefined) serve(front, gateway.handle)
  const open = stack.move()
  return {
    endpoint: port === undefined ? undefined : { url: `${url}/mcp`, token },
    workspaceId,
    install: (plugin, chosen) => installOn({ base, gateway, plugins, releases, sites }, plugin, chosen),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Whoever shows the token that was printed acts for the author. */
function tokenCheck(token: string, workspaceId: string): Parameters<typeof openGateway>[0]['authenticate'] {
  const expected = Buffer.from(token)
  return async ({ authorization }) => {
    const given = Buffer.from(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '')
    if (given.length === expected.length && timingSafeEqual(given, expected)) return systemPrincipal(workspaceId)
    throw identityError(
      'IDENTITY_TOKEN_INVALID',
      'Expected the token that `nexus dev` printed, found another one or none.',
    )
  }
}

function serve(front: Front, handle: ReturnType<typeof openGateway>['handle']): void {
  front.serve((request, response) => {
    void handle(request, response).then((taken) => {
      if (!taken) response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('MCP is at /mcp.\n')
    })
  })
}
