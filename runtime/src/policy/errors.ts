import { createErrorFactory } from '@nexus/plugin-api'

export const policyErrors = {
  POLICY_DENIED: { fault: 'caller', status: 403, title: 'Denied by policy' },
  POLICY_FAILED: { fault: 'plugin', status: 502, title: 'A policy could not decide' },
  POLICY_RULE_INVALID: { fault: 'caller', status: 422, title: 'Rule not accepted' },
  POLICY_TOO_MANY_RULES: { fault: 'caller', status: 409, title: 'Too many rules' },
  POLICY_PACK_EXISTS: { fault: 'host', status: 500, title: 'Policy pack registered twice' },
} as const

export const policyError = createErrorFactory(policyErrors)
