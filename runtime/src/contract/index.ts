import type { z } from 'zod'
import type * as schema from './schemas.ts'

export { apiRoutes, type ApiRoute, type RouteDefinition } from './routes.ts'
export * as schemas from './schemas.ts'

export type Problem = z.infer<typeof schema.problem>
export type CapabilityStripView = z.infer<typeof schema.capabilityStrip>
export type RoleView = z.infer<typeof schema.role>
export type Me = z.infer<typeof schema.me>
export type SetupRequest = z.infer<typeof schema.setupRequest>
export type ChainLink = z.infer<typeof schema.chainLink>
export type PermissionView = z.infer<typeof schema.permissionView>
export type ConfigFieldView = z.infer<typeof schema.configFieldView>
export type ToolView = z.infer<typeof schema.toolView>
export type MarketplaceItem = z.infer<typeof schema.marketplaceItem>
export type MarketplaceQuery = z.infer<typeof schema.marketplaceQuery>
export type MarketplacePlugin = z.infer<typeof schema.marketplacePlugin>
export type InstallPlan = z.infer<typeof schema.installPlan>
export type InstallRequest = z.infer<typeof schema.installRequest>
export type UpdateRequest = z.infer<typeof schema.updateRequest>
export type InstallJob = z.infer<typeof schema.job>
export type JobStep = z.infer<typeof schema.jobStep>
export type PluginState = z.infer<typeof schema.pluginState>
export type UpstreamView = z.infer<typeof schema.upstreamView>
export type InstallationView = z.infer<typeof schema.installationView>
export type InstallationDetail = z.infer<typeof schema.installationDetail>
export type LogLineView = z.infer<typeof schema.logLine>
export type InstallationChange = z.infer<typeof schema.installationChange>
export type WorkspaceRootView = z.infer<typeof schema.workspaceRootView>
export type VirtualServerView = z.infer<typeof schema.virtualServerView>
export type VirtualServerRequest = z.infer<typeof schema.virtualServerRequest>
export type VirtualServerChange = z.infer<typeof schema.virtualServerChange>
export type TokenRequest = z.infer<typeof schema.tokenRequest>
export type TokenView = z.infer<typeof schema.tokenView>
export type CreatedToken = z.infer<typeof schema.createdToken>
export type SecretView = z.infer<typeof schema.secretView>
export type PolicyRuleView = z.infer<typeof schema.policyRuleView>
export type WorkspaceView = z.infer<typeof schema.workspaceView>
export type UserView = z.infer<typeof schema.userView>
export type AuditRecordView = z.infer<typeof schema.auditRecordView>
export type Overview = z.infer<typeof schema.overview>
export type Diagnosis = z.infer<typeof schema.diagnosis>
export type SandboxProfileView = z.infer<typeof schema.sandboxProfileView>
export type TrustView = z.infer<typeof schema.trustView>
export type BootEntry = z.infer<typeof schema.bootEntry>
export type BackgroundView = z.infer<typeof schema.backgroundView>
export type UsageCounters = z.infer<typeof schema.usageCounters>
export type UsageView = z.infer<typeof schema.usageView>
export type UsageSummary = z.infer<typeof schema.usageSummary>
export type LimitView = z.infer<typeof schema.limitView>
export type LimitsView = z.infer<typeof schema.limitsView>
export type BudgetRequest = z.infer<typeof schema.budget>
export type BudgetView = z.infer<typeof schema.budgetView>
export type GrantedUseView = z.infer<typeof schema.grantedUse>
export type GrantsView = z.infer<typeof schema.grantsView>
