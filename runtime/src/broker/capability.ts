import type { z } from 'zod'
import type { CapabilityCall } from '../sandbox/sandbox.ts'
import type { BrokerInstallation, BrokerPorts, ContributionSink } from './broker.ts'
import { brokerError } from './errors.ts'
import type { BrokerMeter } from './meter.ts'
import type { SecretDesk } from './secret-desk.ts'

/** What every capability works with, for one installation. */
export interface Site {
  readonly installation: BrokerInstallation
  readonly ports: BrokerPorts
  readonly sink: ContributionSink
  readonly secrets: SecretDesk
  readonly meter: BrokerMeter
}

/** One capability: checks its argument and does its work. `undefined` answers with nothing. */
export interface Capability {
  readonly name: string
  /** What its argument looks like. */
  readonly schema: z.ZodType
  run(argument: unknown, call: CapabilityCall, site: Site): Promise<unknown>
}

/**
 * A capability whose argument is checked by `schema` before anything else looks at it. Capabilities that are called all
 * the time give a check by hand besides: it may only say yes to what the schema takes unchanged, as the fuzz tests prove.
 */
export function defineCapability<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  run: (argument: z.output<Schema>, call: CapabilityCall, site: Site) => Promise<unknown>,
  isPlainlyValid?: (argument: unknown) => argument is z.output<Schema>,
): Capability {
  return {
    name,
    schema,
    run(argument, call, site) {
      return isPlainlyValid?.(argument) === true ? run(argument, call, site) : check(argument, call, site)
    },
  }
  async function check(argument: unknown, call: CapabilityCall, site: Site): Promise<unknown> {
    const parsed = schema.safeParse(argument)
    if (parsed.success) return run(parsed.data, call, site)
    const [issue] = parsed.error.issues
    // The issue's text names types and paths, never the value that was found.
    const where =
      issue === undefined || issue.path.length === 0 ? 'the argument' : `\`${issue.path.join('.').slice(0, 100)}\``
    throw brokerError(
      'CAPABILITY_ARGUMENT',
      `Expected ${where} of ${name} as the contract says: ${issue?.message.slice(0, 300) ?? 'not valid'}.`,
    )
  }
}
