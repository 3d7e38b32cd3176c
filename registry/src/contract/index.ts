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
  type Upload,
  pluginDetail,
  pluginSummary,
  publishRequest,
  releaseDetail,
  releaseSummary,
  resolveQuery,
  searchQuery,
  searchResult,
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
