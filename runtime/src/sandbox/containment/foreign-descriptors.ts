import { openSync, readFileSync, readdirSync } from 'node:fs'
import { devNull } from 'node:os'

const FIRST_OWN_DESCRIPTOR = 3
const CLOSE_ON_EXEC = 0o2000000

/** Descriptors above standard error that a child of this process would inherit: whoever started the host left them open. */
export function foreignDescriptors(): readonly number[] {
  let names: readonly string[]
  try {
    names = readdirSync('/proc/self/fd')
  } catch {
    // No /proc: macOS, where the system's spawn closes what is not named.
    return []
  }
  return names.map(Number).filter((descriptor) => descriptor >= FIRST_OWN_DESCRIPTOR && isInherited(descriptor))
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch {
    // Closed meanwhile, like the one that listed the folder.
    return false
  }
}

type Stdio = 'ignore' | 'pipe' | 'ipc' | number

let covers: ReadonlyMap<number, number> | undefined

/**
 * The same list, with everything a child would inherit beyond it replaced by the null device. Node closes what it opened
 * itself, but not what it was started with.
 */
export function coverForeignDescriptors(stdio: readonly Stdio[]): Stdio[] {
  // What the host opens later is closed on exec; so looking once is enough.
  covers ??= new Map(foreignDescriptors().map((descriptor) => [descriptor, openSync(devNull, 'r')]))
  const covered = [...stdio]
  for (const [descriptor, cover] of covers) {
    while (covered.length <= descriptor) covered.push('ignore')
    if (descriptor >= stdio.length) covered[descriptor] = cover
  }
  return covered
}
