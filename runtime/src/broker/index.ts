export type {
  Broker,
  BrokerInstallation,
  BrokerPorts,
  BrokerUsage,
  CapabilityUse,
  ContributionSink,
  GrantUse,
  PluginLogLine,
} from './broker.ts'
export { createBroker } from './create-broker.ts'
export { createEgress } from './egress/create-egress.ts'
export type { Egress, EgressHead, EgressRequest, EgressResponse, EgressStream } from './egress/egress.ts'
