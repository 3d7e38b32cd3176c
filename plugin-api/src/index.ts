export {
  configFieldSchema,
  configSchema,
  type ConfigField,
  type ConfigValue,
  type ConfigValues,
} from './config-field.ts'
export { configFlag, configInteger, configSecretNames, configText, configTexts } from './config-values.ts'
export type {
  CallClient,
  CallInfo,
  CancelSignal,
  CompletionCall,
  ElicitResult,
  LogSeverity,
  ReadCall,
  Root,
  SamplingResult,
} from './call.ts'
export type {
  Answer,
  Clock,
  Completion,
  CompletionHandler,
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
  PromptHandler,
  PromptResult,
  Prompts,
  Registration,
  ResourceHandler,
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
  UpstreamSharing,
  Upstreams,
} from './context.ts'
export {
  TOOL_NAME,
  contributionPoints,
  type AuthProviderContribution,
  type ConnectorContribution,
  type ContributionPoint,
  type IconContribution,
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
export {
  formElicitationSchema,
  inputRequestSchema,
  inputRequiredSchema,
  samplingSchema,
  urlElicitationSchema,
  type FormElicitation,
  type InputRequest,
  type InputRequired,
  type SamplingRequest,
  type UrlElicitation,
} from './input-request.ts'
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
  CLIENT_ASKS,
  HTTP_METHODS,
  PERMISSION_FAMILIES,
  permissionFamilies,
  permissionsSchema,
  type ClientAsk,
  type ClientPermission,
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
export type { PolicyDecision, PolicyEvent, PolicySubject } from './policy.ts'
export { HIDDEN_CHARACTERS, type LocalizedText } from './text.ts'
export type { Storage, VersionedValue } from './storage.ts'
export { templateVariables } from './uri-template.ts'
export { configUpstreamLimits, type UpstreamLimits } from './upstream-limits.ts'
