import { type Containment, isAtLeast } from '../../sandbox/containment/containment.ts'
import { planCell } from '../../sandbox/isolate/plan-cell.ts'
import { processContainment } from '../../sandbox/process/launch-plan.ts'
import type { Diagnosis } from '../../contract/index.ts'
import { type Check, failed, ok, warning } from './check.ts'

/** Around the cells that run plugin code. */
export const checkCellContainment: Check = {
  name: 'Containment',
  run: async () =>
    judge(
      planCell('main.mjs', 'isolated-vm.node').containment,
      'Plugins run all the same, with fewer walls around them.',
    ),
}

/** Around stdio servers. */
export const checkProcessContainment: Check = {
  name: 'Processes',
  async run({ config }) {
    const containment = processContainment()
    const minimum = config.processContainment
    if (!isAtLeast(containment.level, minimum)) {
      return failed(
        `${words(containment)}. NEXUS_PROCESS_CONTAINMENT demands ${minimum}: no stdio server starts.`,
        containment.missing.join(' '),
      )
    }
    return judge(containment, 'Stdio servers run all the same; NEXUS_PROCESS_CONTAINMENT=contained would refuse them.')
  },
}

function judge(containment: Containment, consequence: string): Omit<Diagnosis, 'name'> {
  if (containment.missing.length === 0) return ok(words(containment))
  return warning(words(containment), `${containment.missing.join(' ')} ${consequence}`)
}

function words({ level, layers }: Containment): string {
  return `${level}: ${layers.join(', ')}`
}
