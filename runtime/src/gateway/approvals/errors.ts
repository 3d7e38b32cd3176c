import { createErrorFactory } from '@nexus/plugin-api'

export const approvalErrors = {
  APPROVAL_REQUIRED: { fault: 'caller', status: 403, title: 'Waits for approval' },
  APPROVAL_DENIED: { fault: 'caller', status: 403, title: 'Approval denied' },
  APPROVAL_USED: { fault: 'caller', status: 409, title: 'Approval used already' },
  APPROVAL_LIMIT: { fault: 'caller', status: 429, title: 'Too many calls wait for approval' },
  APPROVAL_TOO_LARGE: { fault: 'caller', status: 413, title: 'Arguments too large to approve' },
  APPROVAL_UNKNOWN: { fault: 'caller', status: 404, title: 'Approval not found' },
  APPROVAL_FORBIDDEN: { fault: 'caller', status: 403, title: 'May not decide this' },
  APPROVAL_DECIDED: { fault: 'caller', status: 409, title: 'Decided already' },
} as const

export const approvalError = createErrorFactory(approvalErrors)
