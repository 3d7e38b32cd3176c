import { describe, expect, it } from 'vitest'
import { approvalErrors } from '../../../runtime/src/gateway/approvals/errors.ts'
import { cacheErrors } from '../../../runtime/src/gateway/cache/index.ts'
import { driftErrors } from '../../../runtime/src/gateway/drift/index.ts'
import { policyErrors } from '../../../runtime/src/policy/index.ts'
import { cliErrors } from '../../../runtime/src/cli/errors.ts'
import { meteringErrors } from '../../../runtime/src/metering/index.ts'
import { importErrors } from '../../../runtime/src/imports/index.ts'
import { vouchingErrors } from '../../../runtime/src/vouching/index.ts'
import { httpErrors } from '../../../runtime/src/http/errors.ts'

const statuses = (table: Readonly<Record<string, { readonly status: number }>>) =>
  Object.fromEntries(Object.entries(table).map(([code, { status }]) => [code, status]))

describe('error codes, which scripts rely on [O4]', () => {
  it('of the HTTP API stay what they are', () => {
    expect(statuses(httpErrors)).toEqual({
      HTTP_BODY_MALFORMED: 400,
      HTTP_REQUEST_MALFORMED: 400,
      HTTP_UNAUTHENTICATED: 401,
      HTTP_FORBIDDEN: 403,
      HTTP_CROSS_SITE: 403,
      HTTP_NOT_FOUND: 404,
      HTTP_UI_MISSING: 404,
      HTTP_METHOD: 405,
      HTTP_BODY_SIZE: 413,
      HTTP_MEDIA_TYPE: 415,
      HTTP_HOST: 421,
      HTTP_INVALID: 422,
      HTTP_JOBS_BUSY: 429,
      HTTP_STREAMS_BUSY: 429,
      HTTP_RESPONSE_INVALID: 500,
      HTTP_METHOD_UNKNOWN: 501,
      HTTP_CLOSING: 503,
    })
  })

  it('of imports and of what a host vouches for stay what they are [R6] [R8]', () => {
    expect(statuses(importErrors)).toEqual({
      IMPORT_SOURCE_UNKNOWN: 404,
      IMPORT_SOURCE_EXISTS: 409,
      IMPORT_SOURCE_ANSWER: 502,
      IMPORT_SERVER_UNKNOWN: 404,
      IMPORT_OPTION_UNKNOWN: 404,
      IMPORT_PACKAGE_KIND: 422,
      IMPORT_PACKAGE_VERSION: 422,
      IMPORT_PACKAGE_REGISTRY: 422,
      IMPORT_RUNTIME_ARGUMENTS: 422,
      IMPORT_TRANSPORT: 422,
      IMPORT_SECRETS: 422,
      IMPORT_OTHER_REGISTRY: 422,
      IMPORT_INPUT: 422,
      IMPORT_BUNDLE_DIGEST: 422,
      IMPORT_BUNDLE_UNKNOWN: 404,
      IMPORT_BUNDLE_INVALID: 422,
      IMPORT_BUNDLE_MANIFEST: 422,
      IMPORT_BUNDLE_PLATFORM: 422,
      IMPORT_BUNDLE_SIZE: 413,
    })
    expect(statuses(vouchingErrors)).toEqual({
      HOST_KEY_INVALID: 500,
      MARKETPLACE_FILE_INVALID: 500,
      REVIEW_NOT_INSTALLED: 403,
      REVIEW_NO_PERSON: 403,
      REGISTRY_TOKEN_MISSING: 409,
    })
  })

  it('of definitions and results stay what they are [G7] [G8]', () => {
    expect(statuses(driftErrors)).toEqual({ DEFINITION_UNKNOWN: 404, DEFINITION_CHANGED: 409 })
    expect(statuses(cacheErrors)).toEqual({ CACHE_TOOL_UNKNOWN: 404, CACHE_NOT_READ_ONLY: 409 })
  })

  it('of approvals and policies stay what they are [G9] [I5]', () => {
    expect(statuses(approvalErrors)).toEqual({
      APPROVAL_REQUIRED: 403,
      APPROVAL_DENIED: 403,
      APPROVAL_USED: 409,
      APPROVAL_LIMIT: 429,
      APPROVAL_TOO_LARGE: 413,
      APPROVAL_UNKNOWN: 404,
      APPROVAL_FORBIDDEN: 403,
      APPROVAL_DECIDED: 409,
    })
    expect(statuses(policyErrors)).toEqual({
      POLICY_DENIED: 403,
      POLICY_FAILED: 502,
      POLICY_RULE_INVALID: 422,
      POLICY_TOO_MANY_RULES: 409,
      POLICY_PACK_EXISTS: 500,
    })
  })

  it('of limits, budgets and quarantine stay what they are [H9] [H10]', () => {
    expect(statuses(meteringErrors)).toEqual({
      BUDGET_EXHAUSTED: 429,
      BUDGET_INVALID: 422,
      LIMIT_INVALID: 422,
      LIMIT_TOO_NARROW: 409,
      GRANT_NOT_GIVEN: 422,
      GRANT_NEEDED: 409,
      PLUGIN_DOWN: 503,
      PLUGIN_QUARANTINED: 503,
    })
  })

  it('of the command line stay what they are', () => {
    expect(statuses(cliErrors)).toEqual({
      CLI_USAGE: 400,
      CLI_LOST: 502,
      CLI_SESSION: 410,
      CLI_CONSENT: 400,
      CLI_NO_CREDENTIALS: 401,
      CLI_NOT_FOUND: 404,
      CLI_NO_ADMIN: 409,
      CLI_NO_REGISTRY: 409,
      CLI_ANSWER: 502,
      CLI_NO_HOST: 503,
      CLI_UNREACHABLE: 503,
    })
  })
})
