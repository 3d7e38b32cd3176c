export type {
  Broker,
  BrokerInstallation,
  BrokerPorts,
  BrokerUsage,
  CapabilityUse,
  ContributionSink,
  GrantUse,
  HostTrouble,
  PluginLogLine,
} from './broker.ts'
export { createBroker } from './create-broker.ts'
export { createEgress } from './egress/create-egress.ts'
export type { Egress, EgressHead, EgressRequest, EgressResponse, EgressStream } from './egress/egress.ts'
export { createWorkspaceRoots, type RootChange, type WorkspaceRoots } from './files/workspace-roots.ts'
export { createPluginFiles, type FilesOwner, type PluginFiles, type WorkspaceRoot } from './files/plugin-files.ts'
