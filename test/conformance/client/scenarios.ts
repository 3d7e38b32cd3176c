import type { Requirements } from '../run-suite.ts'

const AUTHORIZATION = [
  'auth/metadata-default',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/basic-cimd',
  'auth/scope-from-www-authenticate',
  'auth/scope-from-scopes-supported',
  'auth/scope-omitted-when-undefined',
  'auth/scope-step-up',
  'auth/scope-retry-limit',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-post',
  'auth/token-endpoint-auth-none',
  'auth/pre-registration',
]

/** What the suite 0.2.0-alpha.12 requires of a client. */
export const REQUIRED: Readonly<Record<Requirements, readonly string[]>> = {
  '2025-11-25': ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry', ...AUTHORIZATION],
  '2026-07-28': [
    'tools_call',
    'request-metadata',
    ...AUTHORIZATION,
    'auth/resource-mismatch',
    'auth/offline-access-scope',
    'auth/offline-access-not-supported',
    'auth/authorization-server-migration',
    'auth/iss-supported',
    'auth/iss-not-advertised',
    'auth/iss-supported-missing',
    'auth/iss-wrong-issuer',
    'auth/iss-unexpected',
    'auth/iss-normalized',
    'auth/metadata-issuer-mismatch',
    'sep-2322-client-request-state',
    'http-standard-headers',
    'http-custom-headers',
    'http-invalid-tool-headers',
    'json-schema-ref-no-deref',
  ],
}

/** Not required, and passed all the same. */
export const BESIDES = ['json-schema-2020-12-preservation']

/** Extensions that the suite runs and does not count, and why the host does not have them. */
export const NOT_OFFERED: Readonly<Record<string, string>> = {
  'auth/client-credentials-jwt': 'tokens are asked for by people, not by the host in its own name',
  'auth/client-credentials-basic': 'tokens are asked for by people, not by the host in its own name',
  'auth/enterprise-managed-authorization': 'needs the identity provider of a company as a source of assertions',
  'auth/dpop': 'tokens are bearer tokens',
  'auth/dpop-nonce': 'tokens are bearer tokens',
  'auth/wif-jwt-bearer': 'needs the identity of a workload from its platform',
}
