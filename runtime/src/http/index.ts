export { createHttpApp, type HttpApp } from './app.ts'
export type {
  HostFacts,
  HttpPorts,
  InstallationDetailFacts,
  InstallationFacts,
  InstallerPort,
  InstallPlanFacts,
  MarketplaceListing,
  MarketplacePort,
  MarketplaceRelease,
  PolicyRulesPort,
  SecretsPort,
  StepReporter,
  VirtualServersPort,
} from './ports.ts'
