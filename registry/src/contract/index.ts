export { bundleDigest, fileDigest, pluginName, pluginVersion, publisherId } from './identifiers.ts'
export { keyId, publicKeyPem, trustedIdentity, type TrustedIdentity, trustedKey, type TrustedKey } from './keys.ts'
export {
  type ConsistencyProof,
  type InclusionProof,
  LOG_STATEMENT_TYPE,
  type LogEntry,
  type LogIdentity,
  type LogRecord,
  type LogStatement,
  type LoggedRecord,
  consistencyProof,
  inclusionProof,
  logEntry,
  logIdentity,
  logRecord,
  logStatement,
  loggedRecord,
} from './log.ts'
export {
  type PluginDetail,
  type PluginSummary,
  type PublishRequest,
  type ReleaseDetail,
  type ReleaseSummary,
  type SearchQuery,
  type SearchResult,
  type StagedVersion,
  type Upload,
  channelName,
  pluginDetail,
  pluginSummary,
  publishRequest,
  releaseDetail,
  releaseSummary,
  resolveQuery,
  searchQuery,
  searchResult,
  stagedVersion,
  upload,
} from './plugins.ts'
export { problem, type Problem } from './problem.ts'
export {
  type CreatedToken,
  type IdentityRequest,
  type KeyRequest,
  type Publisher,
  type PublisherRequest,
  type TokenRequest,
  type TokenScope,
  type TrustRoot,
  createdToken,
  identityRequest,
  keyRequest,
  publisher,
  publisherRequest,
  tokenRequest,
  tokenScope,
  trustRoot,
} from './publishers.ts'
export { type RegistryRoute, registryRoutes } from './routes/index.ts'
export {
  type ProvenanceBundle,
  type SignatureBundle,
  provenanceBundle,
  signatureBundle,
} from './signature-bundle.ts'
export {
  ADMISSION_PREDICATE,
  type AdmissionPredicate,
  PUBLISH_PREDICATE,
  type PublishPredicate,
  admissionStatement,
  publishStatement,
} from './statements.ts'
export {
  type Advisory,
  type AdvisoryList,
  type AdvisoryRequest,
  advisory,
  advisoryRequest,
  advisorySeverity,
  sbomDocument,
} from './advisories.ts'
export {
  HOST_STATEMENT_TYPE,
  type HostStatement,
  type RegistrationStatement,
  type StatisticsStatement,
  hostStatement,
  reportReason,
} from './host-statements.ts'
export {
  OFFICIAL_META,
  type ServerDocument,
  type ServerList,
  type ServerPackage,
  type ServerResponse,
  serverDocument,
  serverList,
  serverResponse,
} from './mcp-servers.ts'
export {
  type ModerationCase,
  type ModerationDecision,
  type MyReview,
  type Rating,
  type ReviewList,
  mine as myReview,
  moderationCase,
  moderationDecision,
  rating,
  review,
  reviewList,
  reviewQuery,
} from './reviews.ts'
export {
  type PluginStatistics,
  type PublisherStatistics,
  type TrendingList,
  pluginStatistics,
  publisherStatistics,
  trendingList,
} from './statistics.ts'
export { plainLine, plainText } from './texts.ts'
export {
  type CreatedWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookRequest,
} from './webhooks.ts'
