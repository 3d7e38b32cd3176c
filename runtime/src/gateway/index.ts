export type { Call, Target } from './call.ts'
export { DefinitionReview, watchChanges } from './drift/index.ts'
export type { ConnectionView } from './edge/connections.ts'
export type { Authenticate } from './edge/edge.ts'
export { openGateway, type Gateway, type GatewayOptions } from './gateway.ts'
export { installNpmPackage, type InstalledPackage, type NpmPackageRequest } from './packages/install-npm-package.ts'
export type { Problem, View } from './router/view.ts'
export {
  createIsolateUpstream,
  type IsolateUpstream,
  type IsolateUpstreamOptions,
} from './upstream/create-isolate-upstream.ts'
export { openProcessUpstream, type ProcessUpstreamOptions } from './upstream/open-process-upstream.ts'
export { openRemoteUpstream, type RemoteUpstreamOptions } from './upstream/open-remote-upstream.ts'
export type { ChildPort } from './upstream/open-stdio-connection.ts'
export type { UpstreamIdentity } from './upstream/reconnecting-upstream.ts'
export type { EgressAnswer, EgressRequest, HttpEgress } from './upstream/remote/http-egress.ts'
export { createUpstreamTable } from './upstream/table.ts'
export { VirtualServers, type VirtualServerPreview } from './virtual/virtual-servers.ts'
