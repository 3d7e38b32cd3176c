import { type Broker, type Egress, createBroker } from '../broker/index.ts'
import type { Gateway } from '../gateway/index.ts'
import type { openMetering } from '../metering/index.ts'
import { type AuthorLog, createAuthorLog } from '../sandbox/debug/author-log.ts'
import { createStackMapper } from '../sandbox/debug/stack-mapper.ts'
import type { Logger } from '../telemetry/index.ts'
import { waysToOthers } from './open-background.ts'
import type { Foundation } from './open-foundation.ts'
import type { PluginTaps } from './open-plugins.ts'

/** Where authors read what their code said and threw, in the lines of their own files. */
export function openAuthorLog(
  { log }: Foundation,
  sourceOf: Parameters<typeof createAuthorLog>[0]['sourceOf'],
  stack: AsyncDisposableStack,
): AuthorLog {
  return createAuthorLog({
    mapper: stack.use(createStackMapper()),
    sourceOf,
    write: (installationId, level, message) => log.write(installationId, level, message),
  })
}

export interface BrokerParts {
  readonly base: Foundation
  readonly gateway: Gateway
  readonly egress: Egress
  readonly logger: Logger
  readonly authorLog: AuthorLog
  readonly taps: Pick<PluginTaps, 'callTool' | 'emit'>
}

/** The host side of all bridges, on what the foundation holds. */
export function openBroker({ base, gateway, egress, logger, authorLog, taps }: BrokerParts): Broker {
  const { store, audit, secrets } = base
  const { callTool, emit } = waysToOthers(gateway, base.events)
  return createBroker({
    callTool: taps.callTool?.(callTool) ?? callTool,
    emit: taps.emit?.(emit) ?? emit,
    egress,
    storage: store.pluginStorage,
    files: base.files,
    audit,
    reveal: (workspaceId, name) => secrets.reveal(workspaceId, name),
    failed: ({ capability, installationId, error }) =>
      logger.error({ capability, installationId, err: error }, 'A capability failed inside the host'),
    log: ({ installationId, level, message, fields }) =>
      authorLog.write(installationId, level, fields === undefined ? message : `${message} ${fields}`),
  })
}

/** What is measured, and where it is kept. */
export function meteringSources(
  base: Foundation,
  logger: Logger,
  gateway: Gateway,
  broker: Broker,
): Omit<Parameters<typeof openMetering>[0], 'quarantine'> {
  const { store, audit, log } = base
  return {
    store,
    audit,
    logger,
    upstreams: gateway.upstreams,
    log: (installationId, level, message) => log.write(installationId, level, message),
    brokerUsage: (installationId) => broker.usage(installationId),
    fileBytes: (installationId) => base.files.usedBytes(installationId),
  }
}
