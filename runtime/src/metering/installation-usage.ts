import type { SandboxUsage } from '../sandbox/sandbox.ts'
import type { Counters } from './counters.ts'

const UNUSED: SandboxUsage = { calls: 0, errors: 0, cpuMicroseconds: 0, heapBytes: 0, capabilityCalls: 0 }

/**
 * What an installation used since the host started. Calls are the meter's: a sandbox does not see those that go to the
 * servers of an adapter. Time and memory of code are the sandbox's.
 */
export function installationUsage(
  sandbox: SandboxUsage | undefined,
  counted: Readonly<Counters> | undefined,
): SandboxUsage {
  const used = sandbox ?? UNUSED
  return counted === undefined ? used : { ...used, calls: counted.calls, errors: counted.errors }
}
