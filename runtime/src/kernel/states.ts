/** Lifecycle states of a plugin. */
export const PLUGIN_STATES = [
  'discovered',
  'verified',
  'granted',
  'starting',
  'active',
  'draining',
  'stopped',
  'failed',
  'held',
  'quarantined',
] as const

export type PluginState = (typeof PLUGIN_STATES)[number]

/** Which state may follow which. Everything else is a defect of the host and throws. */
const FOLLOWS: Readonly<Record<PluginState, readonly PluginState[]>> = {
  discovered: ['verified', 'held', 'failed', 'quarantined', 'stopped'],
  verified: ['granted', 'held', 'failed', 'stopped'],
  granted: ['starting', 'failed', 'stopped'],
  starting: ['active', 'failed', 'quarantined', 'stopped'],
  active: ['draining', 'failed', 'quarantined'],
  draining: ['stopped', 'failed'],
  stopped: ['discovered', 'quarantined'],
  failed: ['discovered', 'quarantined', 'stopped'],
  held: ['discovered', 'quarantined', 'stopped'],
  quarantined: ['discovered', 'stopped'],
}

export function canFollow(from: PluginState, to: PluginState): boolean {
  return FOLLOWS[from].includes(to)
}
