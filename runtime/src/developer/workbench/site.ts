import { AsyncLocalStorage } from 'node:async_hooks'
import type { BrokerPorts, Egress } from '../../broker/index.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { WorkbenchListener } from './events.ts'

/** What an author decides about the world around one plugin. Absent members leave it as it is. */
export interface World {
  /** Where the plugin's clock begins and stands until it is moved, milliseconds since the epoch. */
  readonly clockMs?: number
  /** Answers the plugin's requests instead of the network. Targets were checked by the broker, and must be again. */
  readonly network?: Pick<Egress, 'request'>
  /** Answers calls of other plugins' tools. Grants were checked by the broker. */
  readonly callTool?: BrokerPorts['callTool']
  /** Hears events that the plugin sends. */
  readonly emit?: BrokerPorts['emit']
}

/** One plugin on the bench. */
export interface Site {
  world: World
  readonly listener: WorkbenchListener
  /** Ids of requests that were asked and have not reached the sandbox yet. */
  readonly onTheWay: Set<string>
  /** The sandbox that was opened last. */
  sandbox: Sandbox | undefined
}

/** Sites by installation, and the one whose capability call is being served. */
export interface Sites {
  readonly byInstallation: Map<string, Site>
  readonly serving: AsyncLocalStorage<Site>
}

export function createSites(): Sites {
  return { byInstallation: new Map(), serving: new AsyncLocalStorage() }
}
