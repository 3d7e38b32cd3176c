import { arch } from 'node:process'
import { buildFilter, encodeFilter } from './build-filter.ts'
import { cellPolicy } from './cell-policy.ts'
import { processPolicy } from './process-policy.ts'
import type { SyscallArchitecture } from './syscall-numbers.ts'

/** Filters of this machine's processor, as `bwrap --seccomp` reads them. */
export interface SyscallFilters {
  readonly cell: Buffer
  readonly process: Buffer
}

/** The family of this process, or `undefined` where no filter is written for it. */
export function filterArchitecture(name: string = arch): SyscallArchitecture | undefined {
  return name === 'x64' || name === 'arm64' ? name : undefined
}

/** Builds both filters; below a millisecond. */
export function buildFilters(architecture: SyscallArchitecture): SyscallFilters {
  return {
    cell: encodeFilter(buildFilter(cellPolicy, architecture)),
    process: encodeFilter(buildFilter(processPolicy, architecture)),
  }
}
