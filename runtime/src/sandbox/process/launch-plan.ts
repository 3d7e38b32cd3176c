import { sandboxError } from '../errors.ts'
import { type Containment, type ContainmentLevel, isAtLeast } from '../containment/containment.ts'
import { probeMachine } from '../containment/probe.ts'
import { boxContainment, planBox } from './plan-box.ts'
import { lifelineContainment, planLifeline } from './plan-lifeline.ts'
import type { ProcessSpec } from './process-spec.ts'

/** A program with its arguments and its whole environment. */
export interface Program {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How exactly a child is started. */
export interface LaunchPlan extends Program {
  readonly cwd: string
  /** Written to descriptor 3 and closed there; absent when descriptor 3 is the lifeline. */
  readonly secretArguments: readonly string[] | undefined
  /** Filter of system calls, written to descriptor 4 and closed there. */
  readonly filter: Buffer | undefined
  /** What the launcher inside becomes once it has handed over its door through descriptor 5. */
  readonly behindDoor: Program | undefined
  /** The private home made on this machine, to be removed afterwards; a box has its own inside. */
  readonly home: string | undefined
  readonly containment: Containment
}

/** Chooses the strongest containment that the machine offers; refuses when it is weaker than demanded. */
export function planLaunch(spec: ProcessSpec, executable: string): LaunchPlan {
  const machine = probeMachine()
  const box = spec.containment === 'lifeline' ? undefined : machine.bubblewrap
  const plan =
    box !== undefined && 'path' in box
      ? planBox(box.path, spec, executable, machine)
      : planLifeline(spec, executable, machine)
  checkLevel(plan.containment, spec.minimum ?? 'none')
  return plan
}

function checkLevel({ level, missing }: Containment, minimum: ContainmentLevel): void {
  if (isAtLeast(level, minimum)) return
  throw sandboxError(
    'PROCESS_CONTAINMENT',
    `Expected containment \`${minimum}\` for processes, found \`${level}\`. ${missing.join(' ')} Add what is missing, or let weaker containment pass with NEXUS_PROCESS_CONTAINMENT=${level}.`,
    { details: { demanded: minimum, found: level, missing } },
  )
}

/** What a process that reaches nothing would get on this machine, and one of Node where that makes a difference. */
export function processContainment(): Containment {
  const machine = probeMachine()
  const plain =
    'path' in machine.bubblewrap ? boxContainment(machine, 'none') : lifelineContainment(machine, true, true)
  return 'create' in machine.cgroup ? { ...plain, layers: [...plain.layers, 'cgroup'] } : plain
}
