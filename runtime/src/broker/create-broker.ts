import { NexusError, errorCode } from '@nexus/plugin-api'
import type { CapabilityCall, CapabilityPort } from '../sandbox/sandbox.ts'
import type { Broker, BrokerPorts } from './broker.ts'
import { logWrite } from './capabilities/log.ts'
import { networkFetch } from './capabilities/network.ts'
import { secretsRead } from './capabilities/secrets.ts'
import { storageCapabilities } from './capabilities/storage.ts'
import { toolCapabilities } from './capabilities/tools.ts'
import { upstreamCapabilities } from './capabilities/upstreams.ts'
import type { Capability, Site } from './capability.ts'
import { createDenialAudit } from './denial-audit.ts'
import { brokerError, brokerErrors } from './errors.ts'
import { MAX_ARGUMENT_BYTES } from './limits.ts'
import { type BrokerMeter, createMeter } from './meter.ts'
import { createSecretDesk } from './secret-desk.ts'

const capabilities: ReadonlyMap<string, Capability> = new Map(
  [networkFetch, secretsRead, logWrite, ...storageCapabilities, ...upstreamCapabilities, ...toolCapabilities].map(
    (capability) => [capability.name, capability],
  ),
)

const deniedCodes = new Set(['PERMISSION_DENIED', 'NETWORK_DENIED', 'SECRET_DENIED', 'CAPABILITY_UNKNOWN'])

/** Creates the host side of the bridge. */
export function createBroker(ports: BrokerPorts): Broker {
  const meters = new Map<string, BrokerMeter>()
  return {
    portFor(installation, sink) {
      const meter = createMeter(installation.limits)
      meters.set(installation.id, meter)
      return createPort({ installation, ports, sink, meter, secrets: createSecretDesk(installation, ports.reveal) })
    },
    usage: (installationId) =>
      meters.get(installationId)?.usage() ?? { calls: 0, denied: 0, egressBytes: 0, logBytes: 0 },
    forget: (installationId) => {
      meters.delete(installationId)
    },
  }
}

/** The one door of an installation: which installation it is was decided here, not by what comes through. */
function createPort(site: Site): CapabilityPort {
  const audit = createDenialAudit(site.installation, site.ports.audit)
  const known = new Set<string>()
  return {
    async call(name, argumentsJson, call) {
      site.meter.called()
      forgetAtEnd(site, call, known)
      try {
        const capability = capabilities.get(name)
        if (capability === undefined) {
          throw brokerError(
            'CAPABILITY_UNKNOWN',
            `Expected a capability of this host, found \`${name.slice(0, 64).replace(/[^\w.]/g, '?')}\`.`,
          )
        }
        const result = await capability.run(parseArguments(argumentsJson), call, site)
        return result === undefined ? '' : JSON.stringify(result)
      } catch (error) {
        const code = errorCode(error)
        if (code !== undefined && deniedCodes.has(code)) {
          site.meter.denied()
          audit(name, code, call.requestId, error)
        }
        throw withoutSecrets(error, site)
      }
    },
  }
}

function parseArguments(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_ARGUMENT_BYTES) {
    throw brokerError('CAPABILITY_ARGUMENT', `Expected an argument of at most ${MAX_ARGUMENT_BYTES} bytes, found more.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw brokerError('CAPABILITY_ARGUMENT', 'Expected the argument as JSON, found other text.', { cause: error })
  }
}

/** The broker's own errors pass, masked; everything else is the host's trouble and stays here. */
function withoutSecrets(error: unknown, { secrets }: Site): Error {
  const code = errorCode(error)
  if (!(error instanceof Error) || code === undefined || !Object.hasOwn(brokerErrors, code)) {
    return brokerError('CAPABILITY_FAILED', 'The capability failed inside the host.', { cause: error })
  }
  const masked = secrets.mask.apply(error.message)
  if (masked === error.message) return error
  return new NexusError(code, masked, { details: error instanceof NexusError ? error.details : {} })
}

/** Byte counts of a call go when the call does. */
function forgetAtEnd(site: Site, call: CapabilityCall, known: Set<string>): void {
  const { requestId } = call
  if (requestId === undefined || known.has(requestId)) return
  known.add(requestId)
  call.signal.addEventListener(
    'abort',
    () => {
      known.delete(requestId)
      site.meter.callEnded(requestId)
    },
    { once: true },
  )
}
