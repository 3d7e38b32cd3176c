import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PluginManifest, errorCode } from '@nexus/plugin-api'
import { bundleDigest as digestSchema } from '@nexus/registry/contract'
import { z } from 'zod'
import { type Admission, createAdmission } from './admission/load-plugin.ts'
import { openAuditTrail } from './audit/index.ts'
import { createBroker, createEgress } from './broker/index.ts'
import { diagnose } from './cli/doctor/index.ts'
import { type Config, readConfig } from './config.ts'
import { type Gateway, openGateway } from './gateway/index.ts'
import { createHttpApp } from './http/app.ts'
import type { HttpPorts } from './http/ports.ts'
import { openIdentity } from './identity/index.ts'
import { createRegistryClient, openReleaseStore, openTrust } from './install/index.ts'
import { entryOf } from './installations/entry.ts'
import { installationError } from './installations/errors.ts'
import { createInstaller } from './installations/installer.ts'
import { createMarketplace } from './installations/marketplace.ts'
import { createPolicyGuards } from './installations/policy-guards.ts'
import { createReleasePort } from './installations/release-port.ts'
import { type Kernel, createKernel } from './kernel/kernel.ts'
import { openPolicy } from './policy/index.ts'
import { seedFirstParty } from './publishing/seed-first-party.ts'
import { openIsolateHost } from './sandbox/isolate/open-isolate-host.ts'
import { limitsFor } from './sandbox/limits-for.ts'
import { loadProfiles } from './sandbox/load-profiles.ts'
import { createLocalKeyWrapper, loadKeyEncryptionKey, openSecrets } from './secrets/index.ts'
import { announceJson, announceText } from './start/announce.ts'
import { openDataFolder } from './start/data-folder.ts'
import { openRegistryPlace } from './start/embedded-registry.ts'
import { createFront } from './start/front.ts'
import { listen } from './start/listen.ts'
import { type LocalOperator, openLocalOperator } from './start/local-operator.ts'
import { meteredAudit } from './start/metered-audit.ts'
import { closeOnSignal } from './start/shutdown.ts'
import { openStore } from './store/open-store.ts'
import { type Logger, createCallMeter, createLogger, createPluginLog } from './telemetry/index.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

/** What every later room stands on: rows, record, who, whether, with what. */
async function openFoundation(config: Config, logger: Logger, stack: AsyncDisposableStack) {
  const store = stack.use(await openStore({ url: config.database, logger }))
  const calls = createCallMeter()
  const trail = stack.use(openAuditTrail({ store, logger }))
  const audit = meteredAudit(trail, calls)
  const identity = await openIdentity({ store, audit })
  const key = await loadKeyEncryptionKey({ base64: config.secretKey, dataDir: config.dataDir })
  const secrets = await openSecrets({ store, audit, wrapper: createLocalKeyWrapper(key) })
  const policy = await openPolicy({ store, audit: trail })
  const profiles = new Map(
    (await loadProfiles(join(root, 'sandbox-profiles'))).list().map((profile) => [profile.name, profile]),
  )
  return {
    store,
    calls,
    audit,
    trail,
    identity,
    secrets,
    policy,
    profiles,
    guards: createPolicyGuards(policy),
    log: createPluginLog(),
  }
}

type Foundation = Awaited<ReturnType<typeof openFoundation>>

/** Registry, trust and the releases that were verified here. */
async function openTrustChain(config: Config, logger: Logger, stack: AsyncDisposableStack) {
  const place = stack.use(await openRegistryPlace(config))
  const registry = stack.use(createRegistryClient(place.url))
  const trust = await openTrust({ dataDir: config.dataDir, registryUrl: place.url })
  const releases = await openReleaseStore({ dataDir: config.dataDir, registry, trust })
  await releases.recover()
  if (place.adminToken !== undefined) {
    const publisher = await seedFirstParty({
      registry,
      adminToken: place.adminToken,
      keysDir: join(config.dataDir, 'keys'),
      pluginsDir: join(root, 'plugins'),
      say: (line) => logger.info(line),
    })
    const known = await registry.trustRoot()
    await trust.pinRegistry(known.registry.keys)
    // This installation made the key itself: nobody else has to vouch for it.
    if (trust.publisher(publisher) === undefined) {
      await trust.pinPublisher(publisher, known.publishers.find(({ id }) => id === publisher)?.keys ?? [])
    }
  } else if (trust.registryKeys.length === 0) {
    await trust.pinRegistry((await registry.trustRoot()).registry.keys)
  }
  return { place, registry, trust, releases }
}

type TrustChain = Awaited<ReturnType<typeof openTrustChain>>

/** The rooms that plugins are plugged into, and the kernel that runs them. */
async function openPlugins(
  config: Config,
  logger: Logger,
  base: Foundation,
  chain: TrustChain,
  gateway: Gateway,
  stack: AsyncDisposableStack,
) {
  const { store, audit, secrets, policy, profiles, log } = base
  const egress = stack.use(createEgress())
  const reveal = (workspaceId: string, name: string) => secrets.reveal(workspaceId, name)
  const broker = createBroker({
    egress,
    storage: store.pluginStorage,
    audit,
    reveal,
    log: (line) =>
      log.write(
        line.installationId,
        line.level,
        line.fields === undefined ? line.message : `${line.message} ${line.fields}`,
      ),
  })
  const sandboxes = stack.use(await openIsolateHost({ cacheDir: join(config.dataDir, 'cache'), logger }))
  const admission = createAdmission({
    sandboxes,
    upstreams: gateway.upstreams,
    policy,
    egress,
    packagesDir: join(config.dataDir, 'packages'),
    npmEnvironment: config.npmEnvironment,
    reveal,
    profiles,
    limitsFor: (profile, manifest) => limitsFor(profile, manifest.sandbox.limits),
    log: (installationId, level, message) => log.write(installationId, level, message),
    capabilities: (row, limits, scope) =>
      broker.portFor(
        {
          id: row.id,
          workspaceId: row.workspaceId,
          pluginId: row.pluginId,
          grants: row.grants,
          limits,
          config: row.config,
        },
        scope,
      ),
    async row(installationId) {
      const row = await store.installations.get(installationId)
      if (row === undefined)
        throw installationError('INSTALLATION_UNKNOWN', `Expected the installation ${installationId}, found none.`)
      return row
    },
    open: (bundleDigest) => chain.releases.open(digestSchema.parse(bundleDigest)),
    async quarantined(entry, reason) {
      await store.installations.update(entry.installationId, { quarantine: reason.message })
      audit.record({
        workspaceId: entry.workspaceId,
        actor: 'system',
        action: 'plugin.quarantined',
        target: `${entry.pluginId}@${entry.version}`,
        outcome: 'failed',
        requestId: entry.installationId,
        details: { code: reason.code },
      })
    },
  })
  const kernel = stack.use(
    createKernel(admission.loader, ({ entry, state, reason }) => {
      log.write(
        entry.installationId,
        reason === undefined ? 'info' : 'error',
        reason === undefined ? `The plugin is ${state}.` : `The plugin is ${state}: ${reason.code}: ${reason.message}`,
      )
      logger.info({ plugin: entry.pluginId, state, code: reason?.code }, 'A plugin changed its state')
    }),
  )
  return { admission, kernel }
}

/** What the HTTP face stands on. */
function httpPorts(
  config: Config,
  logger: Logger,
  base: Foundation,
  chain: TrustChain,
  gateway: Gateway,
  plugins: { readonly admission: Admission; readonly kernel: Kernel },
  operator: LocalOperator,
  facts: { readonly url: string; readonly closing: () => boolean },
): HttpPorts {
  const { store, audit, identity, secrets, policy, calls, profiles, log } = base
  const limits = (profile: Parameters<typeof limitsFor>[0], manifest: PluginManifest) =>
    limitsFor(profile, manifest.sandbox.limits)
  return {
    logger,
    host: {
      version,
      publicUrl: facts.url,
      allowedHosts: [],
      developerMode: false,
      uiFolder: join(root, 'marketplace-ui', 'dist'),
      closing: facts.closing,
      health: async () =>
        plugins.kernel.list().some(({ state }) => state === 'failed' || state === 'quarantined') || !base.trail.healthy
          ? 'degraded'
          : 'ok',
    },
    identity: {
      ...identity,
      authenticateToken: async (header, use) =>
        (await operator.principal(header, use)) ?? (await identity.authenticateToken(header, use)),
    },
    secrets,
    policyRules: policy.rules,
    virtualServers: gateway.virtualServers,
    marketplace: createMarketplace(chain.registry, chain.releases, chain.trust),
    installer: createInstaller({
      store,
      releases: createReleasePort(chain.releases),
      kernel: plugins.kernel,
      upstreams: gateway.upstreams,
      audit,
      log,
      guards: base.guards,
      profiles,
      limitsFor: limits,
      usage: (installationId) => plugins.admission.usage(installationId),
      hostVersion: version,
    }),
    audit,
    upstreams: gateway.upstreams,
    clients: (workspaceId) =>
      gateway.connections().filter((connection) => connection.workspaceId === workspaceId).length,
    calls,
    profiles,
    doctor: () => diagnose(config, facts.url),
    trust: async () => ({
      registryUrl: chain.trust.registryUrl,
      registryKeys: chain.trust.registryKeys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
      publishers: chain.trust.publishers.map(({ id, keys, pinnedAt }) => ({
        id,
        keys: keys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
        pinnedAt,
      })),
    }),
    boot: (workspaceId) =>
      plugins.kernel
        .list()
        .filter(({ entry }) => entry.workspaceId === workspaceId)
        .map(({ entry, state, startMs }) => ({
          pluginId: entry.pluginId,
          installationId: entry.installationId,
          state,
          milliseconds: startMs,
        })),
  }
}

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
  const url =
    config.publicUrl?.replace(/\/$/, '') ??
    `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  const base = await openFoundation(config, logger, stack)
  const chain = await openTrustChain(config, logger, stack)
  const { identity, policy, audit, store } = base
  const gateway = stack.use(
    openGateway({
      store,
      policy,
      audit,
      publicUrl: url,
      authenticate: (headers, resource) => identity.authenticateToken(headers.authorization, resource),
    }),
  )
  const plugins = await openPlugins(config, logger, base, chain, gateway, stack)
  const operator = stack.use(
    await openLocalOperator(config.dataDir, url, identity.defaultWorkspace.id, store, chain.place),
  )
  let closing = false
  const app = stack.use(
    createHttpApp(httpPorts(config, logger, base, chain, gateway, plugins, operator, { url, closing: () => closing })),
  )
  front.serve((request, response) => {
    void gateway.handle(request, response).then((taken) => {
      if (!taken) app.callback(request, response)
    })
  })
  const rows = await store.installations.list()
  const enabled = rows.filter((row) => row.enabled)
  for (const row of enabled) base.guards.expect(row)
  await plugins.kernel.boot(enabled.map(entryOf))
  const link = await identity.renewSetupLink()
  const announcement = {
    url,
    mcpUrl: `${url}/mcp`,
    registryUrl: chain.place.url,
    setupUrl: link === undefined ? undefined : `${url}/setup#token=${link.token}`,
    dataDir: config.dataDir,
    plugins: { active: plugins.kernel.list().filter(({ state }) => state === 'active').length, total: rows.length },
    startMs: performance.now() - began,
  }
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
