import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** Definitions of servers that are not signed with a plugin, held until somebody agrees. */
export const definitionsRoutes = {
  definitions: {
    method: 'GET',
    path: '/api/v1/definitions',
    summary: 'Tools, prompts and instructions that changed or are new, with what changed, longest waiting first.',
    access: 'installations:read',
    response: schema.definitionList,
  },
  decideDefinitions: {
    method: 'POST',
    path: '/api/v1/definitions/decision',
    summary: 'Approve or reject definitions as they were shown; clients are told.',
    access: 'installations:manage',
    body: schema.definitionDecision,
    response: schema.definitionDecided,
  },
  followDefinitions: {
    method: 'GET',
    path: '/api/v1/definition-events',
    summary: 'How many definitions wait, now and whenever that changes.',
    access: 'installations:read',
    events: schema.definitionCount,
  },
  definitionSetting: {
    method: 'GET',
    path: '/api/v1/installations/:id/definitions',
    summary: 'How changed definitions of its servers are met.',
    access: 'installations:read',
    response: schema.definitionSetting,
  },
  changeDefinitionSetting: {
    method: 'PATCH',
    path: '/api/v1/installations/:id/definitions',
    summary: 'Say whether harmless changes need approval, and what clients get meanwhile.',
    access: 'installations:manage',
    body: schema.definitionSettingChange,
    response: schema.definitionSetting,
  },
} as const satisfies RouteTable
