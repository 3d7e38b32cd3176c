import { NexusError } from '@nexus/plugin-api'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { BrokerInstallation } from './broker.ts'
import { type BrokerErrorCode, brokerError } from './errors.ts'

/** A limit of the installation that a call ran into. */
export interface ReachedLimit {
  readonly limit: keyof SandboxLimits
  readonly value: number
}

/**
 * The error for a limit of the installation. The door knows it by its details: it counts the breach, audits it and tells
 * the installation's observer, so that no capability has to think of it.
 */
export function limitReached(
  installation: BrokerInstallation,
  code: BrokerErrorCode,
  limit: keyof SandboxLimits,
  message: (value: number) => string,
  cause?: unknown,
): NexusError {
  const value = installation.limits[limit]
  return brokerError(code, message(value), { details: { limit, value }, ...(cause === undefined ? {} : { cause }) })
}

/** The limit that `error` is about, if it is about one of the installation's. */
export function reachedLimit(error: unknown, limits: SandboxLimits): ReachedLimit | undefined {
  if (!(error instanceof NexusError)) return undefined
  const { limit, value } = error.details
  if (typeof limit !== 'string' || typeof value !== 'number' || !isLimit(limit, limits)) return undefined
  return { limit, value }
}

function isLimit(name: string, limits: SandboxLimits): name is keyof SandboxLimits {
  return Object.hasOwn(limits, name)
}
