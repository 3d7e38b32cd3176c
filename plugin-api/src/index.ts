export {
  configFieldSchema,
  configSchema,
  type ConfigField,
  type ConfigValue,
  type ConfigValues,
} from './config-field.ts'
export { configFlag, configSecretNames, configText, configTexts } from './config-values.ts'
export type {
  CallInfo,
  CancelSignal,
  Clock,
  ContentBlock,
  EventHandler,
  Events,
  HttpUpstream,
  Logger,
  Network,
  NetworkRequest,
  NetworkResponse,
  PluginContext,
  PluginEvent,
  Policies,
  PromptResult,
  Prompts,
  Registration,
  ResourceResult,
  Resources,
  ScheduleHandler,
  ScheduledRun,
  Schedules,
  SecretHeader,
  Secrets,
  StdioUpstream,
  ToolHandler,
  ToolResult,
  Tools,
  Upstreams,
} from './context.ts'
export {
  TOOL_NAME,
  contributionPoints,
  type AuthProviderContribution,
  type ConnectorContribution,
  type ContributionPoint,
  type PanelContribution,
  type PolicyContribution,
  type PromptContribution,
  type ResourceContribution,
  type ToolAnnotations,
  type ToolContribution,
  type UpstreamContribution,
} from './contribution.ts'
export { definePlugin, type PluginDefinition } from './define-plugin.ts'
export {
  NexusError,
  createErrorFactory,
  errorCode,
  type ErrorDefinition,
  type ErrorTable,
  type Fault,
  type NexusErrorOptions,
} from './errors.ts'
export type { FileEntry, FileFacts, FileKind, Files } from './files.ts'
export { eventPrefix, hostEvents, isHostEvent, type HostEventName, type HostEvents } from './host-events.ts'
export { isJsonArray, isJsonObject, parseJson, type JsonObject, type JsonValue } from './json.ts'
export {
  PLUGIN_ID,
  PLUGIN_VERSION,
  manifestJsonSchema,
  manifestSchema,
  parseManifest,
  pluginKinds,
  type ManifestIssue,
  type ManifestParse,
  type PluginKind,
  type PluginManifest,
  type PluginManifestInput,
} from './manifest.ts'
export {
  HTTP_METHODS,
  PERMISSION_FAMILIES,
  permissionFamilies,
  permissionsSchema,
  type EventPermission,
  type FilesPermission,
  type NetworkPermission,
  type PanelPermission,
  type PermissionFamily,
  type Permissions,
  type ProcessPermission,
  type SchedulePermission,
  type SecretPermission,
  type ToolPermission,
} from './permission.ts'
export type { PolicyDecision, PolicyEvent } from './policy.ts'
export { HIDDEN_CHARACTERS, type LocalizedText } from './text.ts'
export type { Storage, VersionedValue } from './storage.ts'
