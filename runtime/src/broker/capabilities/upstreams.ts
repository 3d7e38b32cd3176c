import { z } from 'zod'
import type { StdioUpstream } from '@nexus/plugin-api'
import type { ProcessGrant } from '../../grants/grant.ts'
import { networkGrantName, processGrantName } from '../../grants/list-grants.ts'
import type { BrokerInstallation, ContributionSink } from '../broker.ts'
import { type Capability, type Site, defineCapability } from '../capability.ts'
import { checkTarget } from '../egress/check-target.ts'
import { contribute } from '../contribute.ts'
import { brokerError } from '../errors.ts'
import { limitsSchema, MAX_REPLICAS, replicaUrls, sharing } from './upstream-settings.ts'
import { headersSchema, secretHeadersSchema, secretReference, urlText } from './argument-schemas.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)

const stdio = z
  .strictObject({
    package: z.string().max(260).exactOptional(),
    bin: z.string().max(100).exactOptional(),
    command: z.string().max(1000).exactOptional(),
    args: z.array(z.string().max(8192)).max(256).exactOptional(),
    env: z.record(variable, z.string().max(131_072)).exactOptional(),
    secretEnv: z.record(variable, secretReference).exactOptional(),
    instances: z.int().min(1).max(MAX_REPLICAS).exactOptional(),
    sharing: sharing.exactOptional(),
    credentials: sharing.exactOptional(),
    limits: limitsSchema.exactOptional(),
  })
  .refine((spec) => spec.credentials !== 'perUser' || spec.sharing === 'perUser', {
    message: 'expected `sharing: perUser` beside `credentials: perUser`',
  })
  .refine((spec) => (spec.package === undefined) !== (spec.command === undefined), {
    message: 'expected `package` or `command`, not both',
  })

const http = z.strictObject({
  url: urlText,
  headers: headersSchema.exactOptional(),
  secretHeaders: secretHeadersSchema.exactOptional(),
  replicas: replicaUrls.exactOptional(),
  oauthClient: z
    .strictObject({ id: z.string().min(1).max(2000), secret: secretReference.exactOptional() })
    .exactOptional(),
  credentials: sharing.exactOptional(),
  limits: limitsSchema.exactOptional(),
})

const openArgument = z.discriminatedUnion('transport', [
  z.strictObject({ name, transport: z.literal('stdio'), spec: stdio }),
  z.strictObject({ name, transport: z.literal('http'), spec: http }),
])

/** `context.upstreams`: opens what the grants cover; the gateway does the connecting. */
export const upstreamCapabilities: readonly Capability[] = [
  defineCapability('upstreams.open', openArgument, async (argument, _call, site) => {
    if (argument.transport === 'stdio') {
      const grant = grantedProcess(site.installation, argument.spec)
      for (const reference of Object.values(argument.spec.secretEnv ?? {})) site.secrets.check(reference)
      await contribute(() => site.sink.stdio(argument.name, argument.spec))
      site.meter.used('processes', processGrantName(grant), 'start')
    } else {
      // A Streamable HTTP server is spoken to with POST; GET and DELETE are checked when they are used.
      const targets = [argument.spec.url, ...(argument.spec.replicas ?? [])]
      const grants = targets.map((url) => checkTarget(url, 'POST', site.installation.grants.network).grant)
      for (const { secret } of Object.values(argument.spec.secretHeaders ?? {})) site.secrets.check(secret)
      const { secret } = argument.spec.oauthClient ?? {}
      if (secret !== undefined) site.secrets.check(secret)
      await contribute(() => site.sink.http(argument.name, argument.spec))
      for (const grant of grants) site.meter.used('network', networkGrantName(grant), 'POST')
    }
    return undefined
  }),
  defineCapability('upstreams.close', z.strictObject({ name }), async (argument, _call, site) => {
    await required(site, 'closeUpstream').closeUpstream?.(argument.name)
    return undefined
  }),
]

function grantedProcess(installation: BrokerInstallation, spec: StdioUpstream): ProcessGrant {
  const granted = installation.grants.processes.find((grant) =>
    'package' in grant ? grant.package === spec.package : grant.command === spec.command,
  )
  if (granted !== undefined) return granted
  const asked = (spec.package ?? spec.command ?? '').slice(0, 200)
  throw brokerError(
    'PERMISSION_DENIED',
    `Expected a grant for the process \`${asked}\`, found none. Ask for it in \`permissions.processes\`.`,
    {
      details: { family: 'processes', asked },
    },
  )
}

/** What a host may do without; where it does, the plugin is told so. */
export function required(
  site: Site,
  verb:
    | 'closeUpstream'
    | 'withdrawTool'
    | 'defineResource'
    | 'withdrawResource'
    | 'resourceChanged'
    | 'definePrompt'
    | 'withdrawPrompt',
): ContributionSink {
  if (site.sink[verb] !== undefined) return site.sink
  throw brokerError(
    'CAPABILITY_UNKNOWN',
    `Expected a host that lets a running plugin change what it offers, found one without ${verb}.`,
  )
}
