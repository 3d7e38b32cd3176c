import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { errorCode } from '@nexus/plugin-api'
import { type Config, readConfig } from './config.ts'
import { DefinitionReview, type Gateway, openGateway, watchChanges } from './gateway/index.ts'
import { createHttpApp } from './http/app.ts'
import { entryOf } from './installations/entry.ts'
import { settleInterrupted } from './installations/updates/settle-interrupted.ts'
import { type Announcement, announceJson, announceText } from './start/announce.ts'
import { openDataFolder } from './start/data-folder.ts'
import { noticePorts } from './start/notice-ports.ts'
import { openDeveloper } from './start/developer.ts'
import { followRegistry } from './start/follow-registry.ts'
import { createFront } from './start/front.ts'
import { httpPorts } from './start/http-ports.ts'
import { listen } from './start/listen.ts'
import { openLocalOperator } from './start/local-operator.ts'
import { type Foundation, openFoundation } from './start/open-foundation.ts'
import { openEmbeddings } from './start/open-embeddings.ts'
import { openInstalling, startUpdates } from './start/open-installing.ts'
import { openPeople } from './start/open-people.ts'
import { openPlugins, type Plugins } from './start/open-plugins.ts'
import { openTrustChain } from './start/open-trust-chain.ts'
import { closeOnSignal } from './start/shutdown.ts'
import { createLogger } from './telemetry/index.ts'

/** A host that runs. */
interface RunningHost {
  readonly text: string
  close(): Promise<void>
}

/** Opens everything in order and registers each closing at once; a failure on the way closes what was open. */
async function openHost(config: Config): Promise<RunningHost> {
  const began = performance.now()
  await using stack = new AsyncDisposableStack()
  const logger = createLogger({ level: config.logLevel })
  stack.use(await openDataFolder(config.dataDir))
  const front = createFront()
  const port = await listen(front.server, config.host, config.port)
  stack.defer(() => front.close())
  const url = config.publicUrl?.replace(/\/$/, '') ?? `http://${urlHost(config.host)}:${port}`
  const base = await openFoundation(config, logger, stack)
  const chain = await openTrustChain(config, logger, stack)
  const { identity, policy, audit, store, stateKey } = base
  const review = stack.use(new DefinitionReview({ store, audit }))
  const gateway = stack.use(
    openGateway({
      store,
      policy,
      audit,
      stateKey,
      review,
      publicUrl: url,
      log: logger,
      embeddings: openEmbeddings(config, logger, stack),
      authenticate: async (headers, resource) =>
        (await operator.atGateway(headers)) ?? identity.authenticateToken(headers.authorization, resource),
    }),
  )
  stack.use(watchChanges(gateway.upstreams, review))
  const plugins = await openPlugins(config, logger, base, chain, gateway, stack)
  const operator = stack.use(
    await openLocalOperator(config.dataDir, url, identity.defaultWorkspace.id, store, chain.place),
  )
  let closing = false
  const developer = openDeveloper(config, url, plugins, front, stack)
  const people = await openPeople(config, logger, base, chain, stack)
  const installing = openInstalling({ base, chain, gateway, review, plugins, developer, people })
  const rooms = { config, logger, base, chain, gateway, plugins, operator, installing, people }
  const app = stack.use(createHttpApp(httpPorts(rooms, url, () => closing)))
  front.serve(inTurn(developer, gateway, app))
  // What was on probation when the host died is taken back before it could start again.
  await settleInterrupted(installing.ports)
  const installed = await bootPlugins(base, plugins)
  const updates = startUpdates(installing, config, logger, stack)
  followRegistry(chain, noticePorts(base, chain, plugins.kernel), logger, stack, () => updates.heard())
  const token = (await identity.renewSetupLink())?.token
  const places = { url, registryUrl: chain.place.url, token }
  const announcement = describeStart(config, places, installed, performance.now() - began)
  const open = stack.move()
  return {
    text: config.json ? announceJson(announcement) : announceText(announcement),
    async close() {
      closing = true
      // No new connections from here on; those in use get their answers while the rooms close.
      void front.close()
      await open.disposeAsync()
    },
  }
}

function describeStart(
  { dataDir, developerMode }: Config,
  {
    url,
    registryUrl,
    token,
  }: { readonly url: string; readonly registryUrl: string; readonly token: string | undefined },
  plugins: Announcement['plugins'],
  startMs: number,
): Announcement {
  const setupUrl = token && `${url}/setup#token=${token}`
  return { url, mcpUrl: `${url}/mcp`, registryUrl, setupUrl, dataDir, developerMode, plugins, startMs }
}

/** Debuggers of plugins, MCP clients, and then everybody else. */
function inTurn(
  developer: ReturnType<typeof openDeveloper>,
  gateway: Pick<Gateway, 'handle'>,
  app: Pick<ReturnType<typeof createHttpApp>, 'callback'>,
): RequestListener {
  return (request, response) => {
    if (developer?.answer(request, response) === true) return
    void gateway.handle(request, response).then((taken) => taken || app.callback(request, response))
  }
}

/** Starts what is enabled. Answers with how many of all run. */
async function bootPlugins({ store, guards }: Foundation, { kernel }: Plugins): Promise<Announcement['plugins']> {
  const rows = await store.installations.list()
  const enabled = rows.filter((row) => row.enabled)
  for (const row of enabled) guards.expect(row)
  await kernel.boot(enabled.map(entryOf))
  return { active: kernel.list().filter(({ state }) => state === 'active').length, total: rows.length }
}

/** An IPv6 address stands in brackets in a URL. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Starts the host and keeps it running until a signal. A start that cannot work is one sentence and exit code 1. */
export async function startHost(environment: NodeJS.ProcessEnv): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  try {
    const host = await openHost(readConfig(environment))
    closeOnSignal(() => host.close(), say)
    process.stdout.write(host.text)
  } catch (error) {
    const sentence = error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error)
    say(errorCode(error) === undefined ? `Nexus cannot start: ${sentence}` : sentence)
    process.exitCode = 1
  }
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) await startHost(process.env)
