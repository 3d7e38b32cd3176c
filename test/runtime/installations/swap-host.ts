import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { createAdmission } from '../../../runtime/src/admission/load-plugin.ts'
import { createSockets } from '../../../runtime/src/admission/sockets.ts'
import { openAuditTrail } from '../../../runtime/src/audit/index.ts'
import { createEgress } from '../../../runtime/src/broker/index.ts'
import { createScheduler } from '../../../runtime/src/schedule/index.ts'
import { createEventHub } from '../../../runtime/src/events/index.ts'
import { openGateway } from '../../../runtime/src/gateway/gateway.ts'
import { resolveGrants } from '../../../runtime/src/grants/index.ts'
import { openIdentity } from '../../../runtime/src/identity/open-identity.ts'
import { systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import { createInstaller } from '../../../runtime/src/installations/installer.ts'
import { createPolicyGuards } from '../../../runtime/src/installations/policy-guards.ts'
import type { CheckedRelease, InstallerPorts, ReleasePort } from '../../../runtime/src/installations/ports.ts'
import type { ListedRelease, ReleaseFacts } from '../../../runtime/src/installations/updates/registry-facts.ts'
import { watchUpdates } from '../../../runtime/src/installations/updates/watch-updates.ts'
import { createKernel } from '../../../runtime/src/kernel/kernel.ts'
import type { SwapStatus } from '../../../runtime/src/kernel/ports.ts'
import { openPolicy } from '../../../runtime/src/policy/index.ts'
import { openSandboxHost } from '../../../runtime/src/sandbox/open-sandbox-host.ts'
import { loadProfiles } from '../../../runtime/src/sandbox/load-profiles.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import { createLogger, createPluginLog } from '../../../runtime/src/telemetry/index.ts'

/** A release of the test plugin: what its code does. */
export interface TestRelease {
  readonly code: string
  readonly manifest: PluginManifest
  /** What the registry says of it beside that. */
  readonly listed?: Partial<ListedRelease>
  readonly facts?: Partial<ReleaseFacts>
  /** Who vouches for it. */
  readonly signer?: string
}

/** A release whose tool `version` answers with `answer`. `body` runs when the plugin is activated. */
export function testRelease(
  version: string,
  handler: string,
  body = '',
  more: Omit<TestRelease, 'code' | 'manifest'> & { readonly manifest?: object } = {},
): TestRelease {
  const { manifest, ...facts } = more
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/swapped',
    version,
    kind: 'connector',
    displayName: 'Swapped',
    description: 'For tests.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    config: { greeting: { type: 'string', title: 'Greeting', default: 'hello' } },
    contributes: { tools: [{ name: 'version', description: 'Says its version.', inputSchema: { type: 'object' } }] },
    ...manifest,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return {
    ...facts,
    manifest: parsed.manifest,
    code: `export default { async activate(context) { ${body}; context.tools.handle('version', ${handler}) } }`,
  }
}

export const digestOf = (release: TestRelease): string =>
  `sha512:${createHash('sha512').update(release.code).update(release.manifest.version).digest('hex')}`

/** The host's own rooms around real isolates; only the registry is a table of releases. */
export async function openSwapHost(
  releases: readonly TestRelease[],
  probationMs: number,
  more: (bundleDigest: string) => TestRelease | undefined = () => undefined,
  /** The data folder of a host that was there before; removed by whoever made it. */
  folder?: string,
) {
  const stack = new AsyncDisposableStack()
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'nexus-swap-')))
  if (folder === undefined) stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const store = stack.use(await openStore({ url: `sqlite:${join(dataDir, 'nexus.sqlite')}` }))
  const audit = stack.use(openAuditTrail({ store, logger: createLogger({ level: 'silent' }) }))
  const policy = await openPolicy({ store, audit })
  const identity = await openIdentity({ store, audit })
  const workspaceId = identity.defaultWorkspace.id
  const principal = systemPrincipal(workspaceId)
  const gateway = stack.use(
    openGateway({
      store,
      policy,
      audit,
      authenticate: () => Promise.resolve(principal),
      publicUrl: 'http://127.0.0.1:1',
    }),
  )
  const loaded = (await loadProfiles(resolve(import.meta.dirname, '../../../sandbox-profiles'))).list()
  const processProfile = loaded.find(({ name }) => name === 'process')
  if (processProfile === undefined) throw new Error('No profile for processes.')
  const profiles = new Map(loaded.map((profile) => [profile.name, profile]))
  const log = createPluginLog()
  const discarded: string[] = []
  const byVersion = new Map(releases.map((release) => [release.manifest.version, release]))
  const byDigest = new Map(releases.map((release) => [digestOf(release), release]))
  const checked = (version: string | undefined): CheckedRelease | undefined => {
    const release = byVersion.get(version ?? releases.at(-1)?.manifest.version ?? '')
    return release === undefined ? undefined : checkedRelease(release)
  }
  const checkedRelease = (release: TestRelease): CheckedRelease => ({
    manifest: release.manifest,
    bundleDigest: digestOf(release),
    chain: chainOf(release),
    verified: true,
    newSigner: false,
    policy: [],
  })
  const chainOf = ({ signer = 'key:acme' }: TestRelease) => [
    { layer: 'publisher' as const, state: 'verified' as const, by: signer, detail: 'Signed by acme.' },
  ]
  const releasePort: ReleasePort = {
    inspect: async (_pluginId, version) => checked(version),
    async keep(_pluginId, version) {
      const release = checked(version)
      if (release === undefined) throw new Error('No such release.')
      return release
    },
    async stored(digest) {
      const release = byDigest.get(digest)
      if (release === undefined || discarded.includes(digest)) throw new Error('No such files.')
      return checkedRelease(release)
    },
    async chainOf(digest) {
      const release = byDigest.get(digest)
      return release === undefined ? [] : chainOf(release)
    },
    notice: () => undefined,
    discard: async (digest) => void discarded.push(digest),
  }
  const admission = createAdmission({
    sandboxes: stack.use(
      await openSandboxHost({ cacheDir: dataDir, logger: { warn: () => undefined }, isTrusted: () => false }),
    ),
    sockets: createSockets(gateway.upstreams),
    policy,
    background: {
      events: createEventHub(() => undefined),
      scheduler: createScheduler({ store, audit: { record: () => undefined }, log: () => undefined }),
    },
    egress: stack.use(createEgress()),
    authorizations: gateway.authorizations,
    packagesDir: dataDir,
    processes: { minimum: 'none', limits: processProfile.limits, refused: () => undefined },
    npmEnvironment: {},
    reveal: () => Promise.reject(new Error('No secrets here.')),
    revealOwn: () => Promise.reject(new Error('No secrets here.')),
    profiles,
    limitsFor: (profile) => profile.limits,
    log: (installationId, level, message) => log.write(installationId, level, message),
    narrowed: (row) => row,
    faulted: (row, { message }) => log.write(row.id, 'error', message),
    metering: {
      observer: () => ({}),
      upstream: (inner) => inner,
      background: (inner) => inner,
      egress: () => undefined,
      granted: () => undefined,
    },
    capabilities: () => ({ call: async () => 'null' }),
    async open(bundleDigest) {
      const release = byDigest.get(bundleDigest) ?? more(bundleDigest)
      if (release === undefined) throw new Error('No such bundle.')
      return { ...release, codeDigest: `sha256:${createHash('sha256').update(release.code).digest('hex')}` }
    },
    async row(installationId) {
      const row = await store.installations.get(installationId)
      if (row === undefined) throw new Error('No such row.')
      return row
    },
    quarantined: async (entry, reason) => {
      await store.installations.update(entry.installationId, { quarantine: reason.message })
    },
  })
  const phases: SwapStatus[] = []
  const kernel = stack.use(
    createKernel(admission.loader, ({ swap }) => void (swap !== undefined && phases.push(swap)), { probationMs }),
  )
  const clock = { now: new Date(), minimumAgeMs: 0, channels: {} as Record<string, string> }
  const listed = (release: TestRelease): ListedRelease => ({
    version: release.manifest.version,
    publishedAt: new Date(0),
    sizeBytes: release.code.length,
    yanked: false,
    revoked: false,
    rolloutPercent: 100,
    ...release.listed,
  })
  const ports: InstallerPorts = {
    registry: {
      plugin: async () => ({
        releases: releases.map(listed),
        channels: clock.channels,
        changelogHtml: releases
          .map(({ manifest: { version } }) => `<h2>${version}</h2><p>News of ${version}.</p>`)
          .join(''),
      }),
      release: async (_pluginId, version) => ({
        deprecated: undefined,
        yankReason: undefined,
        revoked: undefined,
        scan: undefined,
        advisories: [],
        components: undefined,
        ...byVersion.get(version)?.facts,
      }),
    },
    hostId: 'test-host',
    minimumAgeMs: () => clock.minimumAgeMs,
    now: () => clock.now,
    store,
    releases: releasePort,
    kernel,
    upstreams: gateway.upstreams,
    audit,
    log,
    guards: createPolicyGuards(policy),
    profiles,
    trustsWorkers: () => false,
    limitsFor: (profile) => profile.limits,
    forget: () => Promise.resolve(),
    usage: (installationId) => admission.usage(installationId),
    hostVersion: '0.1.0',
  }
  const installer = createInstaller(ports)
  const watch = stack.use(watchUpdates(ports, { checkMs: 3_600_000, logger: createLogger({ level: 'silent' }) }))
  const run = { onStep: () => undefined, signal: new AbortController().signal, requestId: 'test' }
  return {
    store,
    gateway,
    kernel,
    installer,
    audit,
    principal,
    workspaceId,
    phases,
    discarded,
    ports,
    /** What the registry and the clock say; a test may change it. */
    clock,
    /** Looks for newer releases now. */
    look: () => watch.look(),
    dataDir,
    async install(version: string): Promise<string> {
      const plan = await installer.plan(principal, { pluginId: 'acme/swapped', version, config: {} })
      return await installer.install(
        principal,
        {
          pluginId: 'acme/swapped',
          version,
          consentDigest: plan.consentDigest,
          config: {},
          allowPrivateAddresses: [],
        },
        run,
      )
    },
    async update(installationId: string, version: string): Promise<void> {
      const { consentDigest } = (await installer.planUpdate(principal, installationId, { to: version, config: {} }))
        .plan
      await installer.update(principal, installationId, { version, consentDigest, config: {} }, run)
    },
    /** Grants of a release, as an installation without settings would have them. */
    grants: (release: TestRelease) => resolveGrants(release.manifest, {}, { allowPrivateAddresses: [] }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type SwapHost = Awaited<ReturnType<typeof openSwapHost>>

/** Calls a tool of the plugin again and again, several at once, until it is told to stop. */
export function startCallStream(host: SwapHost, width = 4) {
  const answers: string[] = []
  const failures: unknown[] = []
  const stopped = new AbortController()
  const caller = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const upstream = host.gateway.upstreams.list(host.workspaceId)[0]
      if (upstream === undefined) {
        failures.push(new Error('Expected the upstream to be there, found a gap.'))
        await new Promise((resume) => setTimeout(resume, 1))
        continue
      }
      try {
        const result = await upstream.request({
          method: 'tools/call',
          params: { name: 'version', arguments: {} },
          requestId: 'stream',
          principal: host.principal,
          signal: AbortSignal.timeout(60_000),
        })
        answers.push(JSON.stringify(result.value()))
      } catch (error) {
        failures.push(error)
      }
      // Lets timers and sockets have their turn: a stream of ready answers would starve them.
      await new Promise((resume) => setImmediate(resume))
    }
  }
  const callers = Promise.all(Array.from({ length: width }, caller))
  return {
    answers,
    failures,
    async stop() {
      stopped.abort()
      await callers
    },
  }
}
