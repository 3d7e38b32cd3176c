import { isAbsolute } from 'node:path'
import { type HttpUpstream, NexusError, type StdioUpstream } from '@nexus/plugin-api'
import type { Egress, EgressWatch } from '../broker/egress/egress.ts'
import { createEgressProxy } from '../broker/egress/proxy.ts'
import { installNpmPackage } from '../gateway/packages/install-npm-package.ts'
import type { EgressAnswer, EgressRequest, HttpEgress } from '../gateway/upstream/remote/http-egress.ts'
import { openProcessUpstream } from '../gateway/upstream/open-process-upstream.ts'
import { openRemoteUpstream } from '../gateway/upstream/open-remote-upstream.ts'
import type { UpstreamAuthorizations } from '../gateway/upstream/remote/oauth/authorizations.ts'
import type { RegisteredClientSource } from '../gateway/upstream/remote/oauth/flow.ts'
import type { UpstreamIdentity } from '../gateway/upstream/reconnecting-upstream.ts'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import type { ProcessGrant } from '../grants/index.ts'
import type { ContainmentLevel } from '../sandbox/containment/containment.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { SandboxBreach } from '../sandbox/sandbox.ts'
import type { ProcessSpec } from '../sandbox/process/process-spec.ts'
import { startProcess } from '../sandbox/process/start-process.ts'
import { admissionError } from './errors.ts'
import { type Credentials, type SecretSource, fillHeaders, revealField } from './secret-values.ts'

/** How long headers of a remote server may take, milliseconds; a tool may take its time before it answers. */
const REMOTE_HEADERS_MS = 120_000
/** Largest body of one remote answer, bytes. */
const REMOTE_BODY_BYTES = 64 * 1024 * 1024

/** Where and with what an installation's upstreams are opened. */
export interface UpstreamSite {
  readonly identity: UpstreamIdentity
  readonly secrets: SecretSource
  readonly packagesDir: string
  /** Environment of npm: proxy and registry settings of this machine. */
  readonly npmEnvironment: Readonly<Record<string, string | undefined>>
  readonly egress: Egress
  readonly authorizations: Pick<UpstreamAuthorizations, 'protect'>
  readonly processes: {
    /** The weakest containment that the operator accepts. */
    readonly minimum: ContainmentLevel
    readonly limits: SandboxLimits
    /** Told of every attempt of a process to reach what it may not. */
    refused(error: Error): void
    /** Told when a process was ended for a limit it crossed. */
    breached(breach: SandboxBreach): void
  }
  /** Counts what is sent to and received from a remote server. */
  readonly watch: EgressWatch
  log(level: 'info' | 'warn', message: string): void
}

/** Makes the upstream of a stdio server: started on first use, in a contained process. */
export function openStdioUpstream(site: UpstreamSite, spec: StdioUpstream): Upstream {
  const grant = processGrant(site.secrets.grants.processes, spec)
  const containment = processContainment(site, grant)
  const { instances, sharing, limits } = spec
  return openProcessUpstream({
    identity: site.identity,
    ...(instances === undefined ? {} : { instances }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(limits === undefined ? {} : { limits }),
    onStderr: (text) => site.log('info', text.trimEnd()),
    async start(signal, owner) {
      const process = await processSpec(site, spec, grant, signal, owner)
      signal.throwIfAborted()
      const child = startProcess({ ...process, ...containment })
      void child.exited.then(() => reportBreach(site, child.breach()))
      return child
    },
  })
}

function reportBreach({ processes, log }: UpstreamSite, breach: Error | undefined): void {
  if (!(breach instanceof NexusError)) return
  log('warn', `${breach.code}: ${breach.message}`)
  const { limit, value } = breach.details
  if ((limit === 'memoryMb' || limit === 'cpuMsPerMinute') && typeof value === 'number')
    processes.breached({ code: breach.code, limit, value, requestId: undefined })
}

/** Network, limits and the level that is demanded. The proxy is made once: a restart of the process is no fresh minute. */
function processContainment(
  { secrets, processes, watch }: UpstreamSite,
  { network = 'none' }: ProcessGrant,
): Pick<ProcessSpec, 'network' | 'serveDoor' | 'minimum' | 'limits'> {
  const { minimum, limits, refused } = processes
  const grants = secrets.grants.network
  const shared = { minimum, limits: { memoryMb: limits.memoryMb, cpuMsPerMinute: limits.cpuMsPerMinute } }
  if (network !== 'proxy') return { ...shared, network }
  // Without a granted host there is nothing a proxy could let pass.
  if (grants.length === 0) return { ...shared, network: 'none' }
  const proxy = createEgressProxy({ grants, limits, watch, refused })
  return { ...shared, network, serveDoor: (door) => proxy.serve(door) }
}

function processGrant(granted: readonly ProcessGrant[], spec: StdioUpstream): ProcessGrant {
  const found = granted.find((grant) =>
    'package' in grant ? grant.package === spec.package : grant.command === spec.command && spec.package === undefined,
  )
  if (found !== undefined) return found
  throw admissionError(
    'CONTRIBUTION_UNKNOWN',
    `Expected a grant for the process ${spec.package ?? spec.command ?? ''}, found none.`,
  )
}

async function processSpec(
  site: UpstreamSite,
  spec: StdioUpstream,
  grant: ProcessGrant,
  signal: AbortSignal,
  owner: string | undefined,
): Promise<Pick<ProcessSpec, 'command' | 'args' | 'env' | 'readable' | 'writable'>> {
  const env: Record<string, string> = { ...spec.env }
  for (const [variable, reference] of Object.entries(spec.secretEnv ?? {}))
    env[variable] = await revealField(site.secrets, reference, credentialsOf(site, spec, owner))
  const shared = { env, writable: grant.writable }
  const args = spec.args ?? []
  if (spec.package === undefined) {
    const command = spec.command === 'node' ? process.execPath : (spec.command ?? '')
    // A script named by its path is what the admin asked to run: the process must be able to read it.
    return {
      ...shared,
      command,
      args,
      readable: [...grant.readable, ...args.slice(0, 1).filter((arg) => isAbsolute(arg))],
    }
  }
  site.log('info', `Installing ${spec.package} from npm, without its install scripts, unless it is there already.`)
  const installed = await installNpmPackage({
    ...parsePackage(spec.package),
    dir: site.packagesDir,
    env: site.npmEnvironment,
    signal,
    ...(spec.bin === undefined ? {} : { bin: spec.bin }),
  })
  return {
    ...shared,
    command: process.execPath,
    args: [installed.entry, ...args],
    readable: [...grant.readable, installed.folder],
  }
}

function parsePackage(text: string): { readonly name: string; readonly version: string } {
  const at = text.lastIndexOf('@')
  return { name: text.slice(0, at), version: text.slice(at + 1) }
}

/** Makes the upstream of a remote server, over the checked way out. */
export function openHttpUpstream(site: UpstreamSite, spec: HttpUpstream): Upstream {
  const { url, replicas, headers, secretHeaders, limits, credentials } = spec
  return openRemoteUpstream({
    identity: site.identity,
    url,
    ...(replicas === undefined ? {} : { replicas }),
    ...(limits === undefined ? {} : { limits }),
    // Whoever brings a credential of their own has connections of their own.
    ...(credentials === undefined ? {} : { sharing: credentials }),
    egress: grantedEgress(site),
    authorize: (egress, owner, address) => {
      // A token is for the server that it was asked for, not for a replica at another origin.
      if (new URL(address).origin !== new URL(url).origin) return egress
      const { id: upstreamId, workspaceId, label } = site.identity
      return site.authorizations.protect(
        egress,
        { upstreamId, workspaceId, label, url, owner },
        registeredClient(site, spec),
      )
    },
    headers: (owner) =>
      secretHeaders === undefined
        ? (headers ?? NO_HEADERS)
        : fillHeaders(site.secrets, headers, secretHeaders, credentialsOf(site, spec, owner)),
  })
}

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** What somebody registered by hand; read for each authorization. */
function registeredClient(
  { secrets }: UpstreamSite,
  { oauthClient }: HttpUpstream,
): RegisteredClientSource | undefined {
  if (oauthClient === undefined) return undefined
  const { id: clientId, secret } = oauthClient
  return async () =>
    secret === undefined ? { clientId } : { clientId, clientSecret: await revealField(secrets, secret) }
}

function credentialsOf(
  { identity }: UpstreamSite,
  { credentials }: StdioUpstream | HttpUpstream,
  owner: string | undefined,
): Credentials | undefined {
  return credentials === 'perUser' ? { owner, label: identity.label } : undefined
}

function grantedEgress({ egress, secrets, watch }: UpstreamSite): HttpEgress {
  const grants = secrets.grants.network
  return {
    request({ url, method, headers, body, signal }: EgressRequest): Promise<EgressAnswer> {
      return egress.stream({
        url,
        method,
        // Everything may hold a credential here; all of it is dropped when a redirect leaves the origin.
        secretHeaders: headers,
        ...(body === undefined ? {} : { body }),
        grants,
        signal,
        timeoutMs: REMOTE_HEADERS_MS,
        maxBytes: REMOTE_BODY_BYTES,
        watch,
      })
    },
  }
}
