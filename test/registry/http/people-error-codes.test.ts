import { describe, expect, it } from 'vitest'
import { reviewErrors } from '../../../registry/src/reviews/errors.ts'
import { advisoryErrors } from '../../../registry/src/advisories/errors.ts'
import { webhookErrors } from '../../../registry/src/webhooks/errors.ts'
import { serverErrors } from '../../../registry/src/mcp-registry/errors.ts'

const statuses = (table: Readonly<Record<string, { readonly status: number }>>) =>
  Object.fromEntries(Object.entries(table).map(([code, { status }]) => [code, status]))

describe('error codes of the registry, which clients rely on [O4]', () => {
  it('of reviews and hosts stay what they are', () => {
    expect(statuses(reviewErrors)).toEqual({
      HOST_UNKNOWN: 401,
      HOST_BLOCKED: 403,
      HOST_REGISTRATION_CLOSED: 403,
      HOST_TOO_OFTEN: 429,
      STATEMENT_INVALID: 422,
      STATEMENT_SIGNATURE: 401,
      STATEMENT_REGISTRY: 403,
      STATEMENT_TIME: 403,
      STATEMENT_OUTDATED: 409,
      STATEMENT_INSTALLATION: 403,
      REVIEW_NOT_FOUND: 404,
      REVIEW_HIDDEN: 409,
      REVIEW_NOT_HIDDEN: 409,
      REVIEW_OWN: 403,
      APPEAL_EXISTS: 409,
      REPORT_EXISTS: 409,
      REPORT_NOT_FOUND: 404,
    })
  })
  it('of advisories stay what they are', () => {
    expect(statuses(advisoryErrors)).toEqual({
      ADVISORY_NOT_FOUND: 404,
      ADVISORY_WITHDRAWN: 409,
      ADVISORY_RANGE: 422,
      ADVISORY_BULK_SIZE: 413,
      SBOM_NOT_FOUND: 404,
    })
  })
  it('of webhooks stay what they are', () => {
    expect(statuses(webhookErrors)).toEqual({
      WEBHOOK_NOT_FOUND: 404,
      WEBHOOK_DELIVERY_NOT_FOUND: 404,
      WEBHOOK_LIMIT: 409,
      WEBHOOK_DISABLED: 409,
      WEBHOOK_TARGET: 422,
    })
  })
  it('of server entries stay what they are', () => {
    expect(statuses(serverErrors)).toEqual({
      SERVER_NOT_FOUND: 404,
      SERVER_EXISTS: 409,
      SERVER_NAMESPACE: 403,
      SERVER_CURSOR: 400,
    })
  })
})
