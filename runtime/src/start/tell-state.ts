import { eventOfState } from '../events/index.ts'
import type { PluginEntry, StateChange, StateReason, SwapStatus } from '../kernel/ports.ts'
import type { SandboxFault } from '../sandbox/sandbox.ts'
import type { Logger } from '../telemetry/index.ts'
import type { Foundation } from './open-foundation.ts'

/** What the code threw, for its author: V8's stack begins with the message. */
export function faultText({ message, stack, handler }: SandboxFault): string {
  return `${handler ?? 'activate'} failed: ${stack ?? message}`
}

/** A change of a plugin's state, for its log, the host's log and whoever listens. */
export function tellState(change: StateChange, { log, events }: Foundation, logger: Logger): void {
  const { entry, state, reason, swap } = change
  const announced = eventOfState(change)
  if (announced !== undefined) events.publish(announced)
  if (swap !== undefined) return tellSwap(entry, swap, log, logger)
  const text = reasonText(reason)
  log.write(entry.installationId, reason === undefined ? 'info' : 'error', `The plugin is ${state}${text}.`)
  logger.info({ plugin: entry.pluginId, state, code: reason?.code }, 'A plugin changed its state')
}

function reasonText(reason: StateReason | undefined): string {
  return reason === undefined ? '' : `: ${reason.code}: ${reason.message.replace(/\.$/, '')}`
}

const SWAP_WORDS: Readonly<Record<SwapStatus['phase'], string>> = {
  starting: 'starts beside the running one',
  probation: 'serves now and is on probation',
  kept: 'stays',
  'rolled-back': 'was rolled back',
}

function tellSwap(entry: PluginEntry, swap: SwapStatus, log: Foundation['log'], logger: Logger): void {
  const { phase, fromVersion, toVersion, reason } = swap
  const side = fromVersion === toVersion ? `The changed side of ${toVersion}` : `${toVersion} (from ${fromVersion})`
  const text = reasonText(reason)
  log.write(entry.installationId, reason === undefined ? 'info' : 'error', `${side} ${SWAP_WORDS[phase]}${text}.`)
  logger.info({ plugin: entry.pluginId, phase, fromVersion, toVersion, code: reason?.code }, 'A plugin is swapped')
}
