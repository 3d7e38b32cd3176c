import { type ConfigValues, errorCode, type SecretHeader } from '@nexus/plugin-api'
import { gatewayError } from '../gateway/errors.ts'
import type { Grants } from '../grants/index.ts'
import { admissionError } from './errors.ts'

/** What it takes to fill secrets in for one installation. */
export interface SecretSource {
  readonly workspaceId: string
  readonly config: ConfigValues
  readonly grants: Grants
  reveal(workspaceId: string, name: string): Promise<string>
  /** The secret of this name that the user keeps for calls of their own; `undefined` when there is none. */
  revealOwn(workspaceId: string, owner: string, name: string): Promise<string | undefined>
}

/** Whose secrets are meant where every user brings their own: a user's, or the host's own use of the workspace's. */
export interface Credentials {
  /** Absent for what the host does itself, such as reading the lists. */
  readonly owner: string | undefined
  /** The upstream, as people know it. */
  readonly label: string
}

/**
 * The value behind `field`, or behind `field.NAME` for a field of several secrets. Only with a grant; the value goes
 * to a header or a variable and nowhere else.
 */
export async function revealField(source: SecretSource, reference: string, own?: Credentials): Promise<string> {
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
  if (own !== undefined) return await revealOwn(source, name, own)
  return await source.reveal(source.workspaceId, name)
}

async function revealOwn(source: SecretSource, name: string, { owner, label }: Credentials): Promise<string> {
  if (owner !== undefined) {
    const value = await source.revealOwn(source.workspaceId, owner, name)
    if (value !== undefined) return value
    throw gatewayError(
      'CREDENTIAL_MISSING',
      `Expected a secret \`${name}\` of your own for ${label}, found none. Set it with \`nexus secret set ${name} --mine\`; it is used for your calls only.`,
      { details: { secret: name } },
    )
  }
  try {
    return await source.reveal(source.workspaceId, name)
  } catch (cause) {
    if (errorCode(cause) !== 'SECRETS_NOT_FOUND') throw cause
    throw gatewayError(
      'CREDENTIAL_MISSING',
      `Expected a secret \`${name}\` of the workspace to read the lists of ${label} with, found none. Create it; users call with their own.`,
      { cause, details: { secret: name } },
    )
  }
}

function nameOf(chosen: object, entry: string): unknown {
  return Object.entries(chosen).find(([name]) => name === entry)?.[1]
}

/** Headers with their secrets in place. */
export async function fillHeaders(
  source: SecretSource,
  headers: Readonly<Record<string, string>> | undefined,
  secretHeaders: Readonly<Record<string, SecretHeader>> | undefined,
  own?: Credentials,
): Promise<Readonly<Record<string, string>>> {
  const filled: Record<string, string> = { ...headers }
  for (const [name, { secret, format }] of Object.entries(secretHeaders ?? {})) {
    const value = await revealField(source, secret, own)
    filled[name] = (format ?? '{}').replace('{}', () => value)
  }
  return filled
}
