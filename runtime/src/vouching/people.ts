import { registryRoutes as routes } from '@nexus/registry/contract'
import type { z } from 'zod'
import type { schemas } from '../contract/index.ts'
import type { Principal } from '../identity/principal.ts'
import type { RegistryCaller } from '../install/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { InstallationRow } from '../store/store.ts'
import { type HostKey, vouchingError } from './host-key.ts'
import { pseudonymOf } from './sign-statement.ts'
import { requirePerson } from './person.ts'
import { registryToken } from './registry-token.ts'
import type { Vouch } from './vouch.ts'

type Mine = z.input<typeof schemas.myReview>

/** What people of this host say about plugins, and what they read there. */
export interface People {
  reviews(pluginId: string, query: z.output<typeof schemas.reviewQuery>): Promise<z.input<typeof schemas.reviewPage>>
  mine(principal: Principal, pluginId: string): Promise<Mine>
  put(principal: Principal, pluginId: string, words: z.output<typeof schemas.reviewRequest>): Promise<Mine>
  remove(principal: Principal, pluginId: string): Promise<Mine>
  appeal(principal: Principal, pluginId: string, text: string): Promise<Mine>
  vote(principal: Principal, pluginId: string, review: string, helpful: boolean): Promise<Mine>
  report(principal: Principal, pluginId: string, report: z.output<typeof schemas.reportRequest>): Promise<Mine>
  reply(principal: Principal, pluginId: string, review: string, text: string | null): Promise<void>
  statistics(pluginId: string): Promise<z.input<typeof schemas.pluginStatistics>>
  trending(): Promise<readonly z.input<typeof schemas.trendingItem>[]>
  sbom(pluginId: string, version: string): Promise<z.input<typeof schemas.sbom>>
  cases(principal: Principal): Promise<readonly z.input<typeof schemas.moderationCase>[]>
  moderate(principal: Principal, decision: z.output<typeof schemas.moderationRequest>): Promise<void>
}

export interface PeopleParts {
  readonly caller: RegistryCaller
  readonly vouch: Vouch
  readonly key: HostKey
  readonly secrets: Pick<Secrets, 'revealOwn'>
  /** Only where the registry runs in this process. */
  readonly adminToken: string | undefined
  /** Installations of a workspace. */
  installations(workspaceId: string): Promise<readonly InstallationRow[]>
}

export function createPeople(parts: PeopleParts): People {
  const { caller } = parts
  const say = createSay(parts)
  return {
    reviews: (pluginId, query) => caller.call(routes.reviews, { params: splitId(pluginId), query }),
    mine: (principal, pluginId) => say(principal, pluginId, { kind: 'review.mine' }),
    async put(principal, pluginId, words) {
      const installed = await installationOf(parts, principal, pluginId)
      if (installed === undefined) {
        throw vouchingError(
          'REVIEW_NOT_INSTALLED',
          `Expected a plugin that this workspace has installed, found that ${pluginId} is not. Install it first.`,
        )
      }
      const { version, bundleDigest } = installed
      return say(principal, pluginId, { kind: 'review.put', installation: { version, bundleDigest }, ...words })
    },
    remove: (principal, pluginId) => say(principal, pluginId, { kind: 'review.remove' }),
    appeal: (principal, pluginId, text) => say(principal, pluginId, { kind: 'review.appeal', text }),
    vote: (principal, pluginId, review, helpful) => say(principal, pluginId, { kind: 'review.vote', review, helpful }),
    report: (principal, pluginId, { reviewId, ...words }) =>
      say(principal, pluginId, {
        kind: 'report.open',
        ...words,
        ...(reviewId === undefined ? {} : { review: reviewId }),
      }),
    async reply(principal, pluginId, review, text) {
      const request = { params: { ...splitId(pluginId), review }, token: await registryToken(parts, principal) }
      if (text === null) await caller.call(routes.unreplyReview, request)
      else await caller.call(routes.replyReview, { ...request, json: { text } })
    },
    statistics: (pluginId) => caller.call(routes.pluginStatistics, { params: splitId(pluginId) }),
    trending: async () => (await caller.call(routes.trending)).items,
    sbom: (pluginId, version) => caller.call(routes.sbom, { params: { ...splitId(pluginId), version } }),
    cases: async (principal) =>
      (await caller.call(routes.moderationCases, { token: await registryToken(parts, principal) })).items,
    moderate: async (principal, decision) => decide(parts, await registryToken(parts, principal), decision),
  }
}

async function decide(
  { caller }: PeopleParts,
  token: string,
  { plugin, reviewId, action, reason }: z.output<typeof schemas.moderationRequest>,
): Promise<void> {
  if (reviewId === undefined || action === 'settle') {
    await caller.call(routes.settlePlugin, { params: splitId(plugin), json: { reason }, token })
    return
  }
  await caller.call(routes.moderateReview, { params: { review: reviewId }, json: { action, reason }, token })
}

/** Speaks for a person, under the pseudonym they have at this plugin. */
function createSay(parts: PeopleParts) {
  return async (principal: Principal, pluginId: string, payload: object): Promise<Mine> => {
    const person = pseudonymOf(parts.key, {
      workspaceId: principal.workspaceId,
      userId: requirePerson(principal),
      pluginId,
    })
    const mine = await parts.vouch.say({ ...payload, plugin: pluginId, person }, (statement) =>
      parts.caller.call(routes.stateReview, { params: splitId(pluginId), json: { statement } }),
    )
    return { ...mine, mayRate: (await installationOf(parts, principal, pluginId)) !== undefined }
  }
}

async function installationOf(
  { installations }: PeopleParts,
  { workspaceId }: Principal,
  pluginId: string,
): Promise<InstallationRow | undefined> {
  return (await installations(workspaceId)).find((row) => row.pluginId === pluginId)
}

export function splitId(id: string): { readonly publisher: string; readonly name: string } {
  const [publisher = '', name = ''] = id.split('/', 2)
  return { publisher, name }
}
