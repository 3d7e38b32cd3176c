import type { SecretHeader } from '@nexus/plugin-api'
import type { BrokerInstallation, BrokerPorts } from './broker.ts'
import { brokerError } from './errors.ts'
import { type SecretMask, createSecretMask } from './mask-secrets.ts'

/** The secrets of one installation: revealed only under a grant, and masked from then on. */
export interface SecretDesk {
  /** The value behind a config field (`token`) or an entry of a `secrets` field (`env.API_KEY`). */
  reveal(reference: string, access: 'use' | 'read'): Promise<string>
  /** Fails unless the field may be used. */
  check(reference: string): void
  fillHeaders(headers: Readonly<Record<string, SecretHeader>>): Promise<Record<string, string>>
  readonly mask: SecretMask
}

export function createSecretDesk(
  installation: BrokerInstallation,
  reveal: BrokerPorts['reveal'],
  used: (field: string, access: 'use' | 'read') => void,
): SecretDesk {
  const mask = createSecretMask()
  const grantOf = (reference: string, access: 'use' | 'read'): void => {
    const field = fieldOf(reference)
    const granted = installation.grants.secrets.some(
      (grant) => grant.field === field && (grant.access === access || grant.access === 'read'),
    )
    if (granted) return
    throw brokerError(
      'SECRET_DENIED',
      `Expected a grant to ${access} the secret of field \`${field.slice(0, 40)}\`, found none. Ask for it in \`permissions.secrets\`.`,
      {
        details: { field: field.slice(0, 40), access },
      },
    )
  }
  const desk: SecretDesk = {
    mask,
    check: (reference) => {
      grantOf(reference, 'use')
      used(fieldOf(reference), 'use')
    },
    async reveal(reference, access) {
      grantOf(reference, access)
      const name = secretName(installation, reference)
      if (name === undefined) {
        throw brokerError(
          'SECRET_MISSING',
          `Expected a secret chosen in the configuration for \`${reference.slice(0, 80)}\`, found none.`,
        )
      }
      const value = await reveal(installation.workspaceId, name)
      mask.learn(value)
      used(fieldOf(reference), access)
      return value
    },
    async fillHeaders(headers) {
      const filled: Record<string, string> = {}
      for (const [header, { secret, format = '{}' }] of Object.entries(headers)) {
        const value = await desk.reveal(secret, 'use')
        filled[header] = format.replaceAll('{}', () => value)
      }
      return filled
    },
  }
  return desk
}

function fieldOf(reference: string): string {
  const dot = reference.indexOf('.')
  return dot === -1 ? reference : reference.slice(0, dot)
}

function secretName(installation: BrokerInstallation, reference: string): string | undefined {
  const dot = reference.indexOf('.')
  const field = fieldOf(reference)
  const value = Object.hasOwn(installation.config, field) ? installation.config[field] : undefined
  if (dot === -1) return typeof value === 'string' && value !== '' ? value : undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entry: unknown = Object.entries(value).find(([name]) => name === reference.slice(dot + 1))?.[1]
  return typeof entry === 'string' ? entry : undefined
}
