import type { ConfigValues, SecretHeader } from '@nexus/plugin-api'
import type { Grants } from '../grants/index.ts'
import { admissionError } from './errors.ts'

/** What it takes to fill secrets in for one installation. */
export interface SecretSource {
  readonly workspaceId: string
  readonly config: ConfigValues
  readonly grants: Grants
  reveal(workspaceId: string, name: string): Promise<string>
}

/**
 * The value behind `field`, or behind `field.NAME` for a field of several secrets. Only with a grant; the value goes
 * to a header or a variable and nowhere else.
 */
export async function revealField(source: SecretSource, reference: string): Promise<string> {
  const [field = '', entry] = reference.split('.', 2)
  if (!source.grants.secrets.some((grant) => grant.field === field)) {
    throw admissionError('CONTRIBUTION_UNKNOWN', `Expected a grant for the secret field \`${field}\`, found none.`)
  }
  const chosen = source.config[field]
  const name =
    entry === undefined
      ? chosen
      : typeof chosen === 'object' && !Array.isArray(chosen)
        ? nameOf(chosen, entry)
        : undefined
  if (typeof name !== 'string')
    throw admissionError(
      'CONTRIBUTION_UNKNOWN',
      `Expected a secret chosen in \`${reference}\`, found none. Choose one in the configuration.`,
    )
  return await source.reveal(source.workspaceId, name)
}

function nameOf(chosen: object, entry: string): unknown {
  return Object.entries(chosen).find(([name]) => name === entry)?.[1]
}

/** Headers with their secrets in place. */
export async function fillHeaders(
  source: SecretSource,
  headers: Readonly<Record<string, string>> | undefined,
  secretHeaders: Readonly<Record<string, SecretHeader>> | undefined,
): Promise<Readonly<Record<string, string>>> {
  const filled: Record<string, string> = { ...headers }
  for (const [name, { secret, format }] of Object.entries(secretHeaders ?? {})) {
    const value = await revealField(source, secret)
    filled[name] = (format ?? '{}').replace('{}', () => value)
  }
  return filled
}
