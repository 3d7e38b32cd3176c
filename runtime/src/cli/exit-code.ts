import { NexusError, errorCode } from '@nexus/plugin-api'

/** What the command's exit code means; listed in the room's README. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, denied: 4, interrupted: 130 } as const

export function exitCodeOf(error: unknown): number {
  const code = errorCode(error)
  if (code === 'CLI_USAGE' || code === 'CLI_CONSENT') return EXIT.usage
  if (code === 'CLI_UNREACHABLE' || code === 'CLI_NO_HOST' || code === 'REGISTRY_UNREACHABLE') return EXIT.unreachable
  const status = error instanceof NexusError ? error.status : 500
  return status === 401 || status === 403 ? EXIT.denied : EXIT.failed
}
