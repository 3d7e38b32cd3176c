import type { ChainLink, InstallationDetail, InstallPlan, PermissionView } from '../contract/index.ts'

const MARKS = { verified: '✓', unknown: '?', failed: '✗' } as const

/** The chain from publisher to running code, one line a link. */
export function chainLines(chain: readonly ChainLink[]): readonly string[] {
  return chain.map(
    ({ layer, state, by, detail }) =>
      `  ${MARKS[state]} ${layer.padEnd(10)} ${detail}${by === '' ? '' : ` (${shorten(by)})`}`,
  )
}

/** A key's fingerprint fits a line and is for comparing; a SHA-512 digest does not, and `verify` shows it whole. */
function shorten(by: string): string {
  return by.length > 80 ? `${by.slice(0, 23)}…` : by
}

/** What the plugin may touch and why, one line a permission. */
export function permissionLines(permissions: readonly PermissionView[]): readonly string[] {
  if (permissions.length === 0) return ['  Nothing outside its sandbox.']
  return permissions.map(({ family, reach, targets, reason, optional, unused, fromConfig }) => {
    if (unused) return `  ${family.padEnd(9)} — not used, its setting ${fromConfig} is empty: ${reason}`
    const what = targets.length === 0 ? '(from the configuration)' : targets.join(', ')
    return `  ${family.padEnd(9)} ${what}${reach === 'broad' ? ' — broad' : ''}${optional ? ' — optional' : ''}: ${reason}`
  })
}

/** Where the code runs, and the warning that belongs to worker threads. */
export function sandboxText({
  profile,
  tier,
  memoryMb,
}: InstallPlan['sandbox'] | InstallationDetail['sandbox']): string {
  const warning = tier === 'worker' ? ' A worker thread is not a security boundary.' : ''
  return `${profile} (${tier}, ${memoryMb} MiB).${warning}`
}
