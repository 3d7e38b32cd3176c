import { NexusError, errorCode } from '@nexus/plugin-api'
import type { CapabilityPort } from '../sandbox/sandbox.ts'
import type { Broker, BrokerPorts, BrokerUsage } from './broker.ts'
import { clientCapabilities } from './capabilities/client.ts'
import { cryptoCapabilities } from './capabilities/crypto.ts'
import { eventsEmit } from './capabilities/events.ts'
import { fileCapabilities } from './capabilities/files.ts'
import { learntCapabilities } from './capabilities/learnt.ts'
import { logWrite } from './capabilities/log.ts'
import { networkFetch } from './capabilities/network.ts'
import { secretsRead } from './capabilities/secrets.ts'
import { storageCapabilities } from './capabilities/storage.ts'
import { toolsCall } from './capabilities/tools-call.ts'
import { toolCapabilities } from './capabilities/tools.ts'
import { upstreamCapabilities } from './capabilities/upstreams.ts'
import type { Capability, Site } from './capability.ts'
import { brokerError, brokerErrors } from './errors.ts'
import { MAX_ARGUMENT_BYTES } from './limits.ts'
import { type BrokerMeter, createMeter } from './meter.ts'
import { createHandOverAudit } from './hand-over-audit.ts'
import { createRefusalDesk } from './refusal-desk.ts'
import { createSecretDesk } from './secret-desk.ts'

/** Everything that can be asked for, by name. */
export const capabilities: ReadonlyMap<string, Capability> = new Map(
  [
    networkFetch,
    secretsRead,
    logWrite,
    toolsCall,
    eventsEmit,
    ...storageCapabilities,
    ...fileCapabilities,
    ...upstreamCapabilities,
    ...toolCapabilities,
    ...learntCapabilities,
    ...clientCapabilities,
    ...cryptoCapabilities,
  ].map((capability) => [capability.name, capability]),
)

const UNUSED: BrokerUsage = {
  calls: 0,
  denied: 0,
  limited: 0,
  egressBytes: 0,
  logBytes: 0,
  byCapability: {},
  used: [],
}

/** Creates the host side of the bridge. */
export function createBroker(ports: BrokerPorts): Broker {
  const meters = new Map<string, BrokerMeter>()
  return {
    portFor(installation, sink) {
      const meter = meters.get(installation.id) ?? createMeter()
      meters.set(installation.id, meter)
      meter.limitTo(installation.limits)
      const handOver = createHandOverAudit(installation, ports.audit)
      const secrets = createSecretDesk(installation, ports.reveal, (field, access) => {
        meter.used('secrets', field, access)
        if (access === 'read') handOver(field)
      })
      return createPort({ installation, ports, sink, meter, secrets })
    },
    usage: (installationId) => meters.get(installationId)?.usage() ?? UNUSED,
    forget: (installationId) => {
      meters.delete(installationId)
    },
  }
}

/** The one door of an installation: which installation it is was decided here, not by what comes through. */
function createPort(site: Site): CapabilityPort {
  const refused = createRefusalDesk(site.installation, site.ports.audit)
  return {
    async call(name, argumentsJson, call) {
      const capability = capabilities.get(name)
      const counter = capability === undefined ? site.meter.calledUnknown() : site.meter.called(name)
      try {
        if (capability === undefined) throw unknownCapability(name)
        const result = await capability.run(parseArguments(argumentsJson), call, site)
        return result === undefined ? '' : JSON.stringify(result)
      } catch (error) {
        refused(name, counter, call, error)
        throw withoutSecrets(error, name, site)
      }
    },
  }
}

function unknownCapability(name: string): NexusError {
  return brokerError(
    'CAPABILITY_UNKNOWN',
    `Expected a capability of this host, found \`${name.slice(0, 64).replace(/[^\w.]/g, '?')}\`.`,
  )
}

function parseArguments(text: string): unknown {
  // UTF-8 takes at most three bytes per unit: short texts need no counting.
  if (text.length * 3 > MAX_ARGUMENT_BYTES && Buffer.byteLength(text) > MAX_ARGUMENT_BYTES) {
    throw brokerError('CAPABILITY_ARGUMENT', `Expected an argument of at most ${MAX_ARGUMENT_BYTES} bytes, found more.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw brokerError('CAPABILITY_ARGUMENT', 'Expected the argument as JSON, found other text.', { cause: error })
  }
}

/** The broker's own errors pass, masked; everything else is the host's trouble and stays here. */
function withoutSecrets(error: unknown, capability: string, { secrets, ports, installation }: Site): Error {
  const code = errorCode(error)
  if (!(error instanceof Error) || code === undefined || !Object.hasOwn(brokerErrors, code)) {
    ports.failed?.({ capability, installationId: installation.id, error })
    return brokerError('CAPABILITY_FAILED', 'The capability failed inside the host.', { cause: error })
  }
  const masked = secrets.mask.apply(error.message)
  if (masked === error.message) return error
  return new NexusError(code, masked, { details: error instanceof NexusError ? error.details : {} })
}
