import { z } from 'zod'
import { hostRegistration, knownHost, signedStatement } from '../host-statements.ts'
import { pluginName, publisherId } from '../identifiers.ts'
import { keyId, publicKeyPem } from '../keys.ts'
import * as reviews from '../reviews.ts'
import { plainLine } from '../texts.ts'
import type { RegistryRoute } from './route.ts'

const plugin = { publisher: publisherId, name: pluginName }
const onePlugin = z.strictObject(plugin)
const oneReview = z.strictObject({ ...plugin, review: z.uuid() })
const oneHost = z.strictObject({ host: keyId })

/** What people say about plugins, by way of hosts that vouch for them, and what moderators do about it. */
export const reviewRoutes = {
  reviews: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name/reviews',
    access: 'public',
    status: 200,
    summary: 'Reviews of a plugin with its rating.',
    params: onePlugin,
    query: reviews.reviewQuery,
    response: reviews.reviewList,
  },
  stateReview: {
    method: 'POST',
    path: '/api/v1/plugins/:publisher/:name/reviews',
    access: 'public',
    status: 200,
    summary:
      'A statement of a host in the name of one of its people: write, remove, vote, report, appeal, or read the own.',
    params: onePlugin,
    body: signedStatement,
    response: reviews.mine,
  },
  replyReview: {
    method: 'PUT',
    path: '/api/v1/plugins/:publisher/:name/reviews/:review/reply',
    access: 'manage',
    status: 200,
    summary: "The owners' answer to a review.",
    params: oneReview,
    body: reviews.replyRequest,
    response: reviews.review,
  },
  unreplyReview: {
    method: 'DELETE',
    path: '/api/v1/plugins/:publisher/:name/reviews/:review/reply',
    access: 'manage',
    status: 204,
    summary: "Take the owners' answer back.",
    params: oneReview,
  },
  moderationCases: {
    method: 'GET',
    path: '/api/v1/moderation/cases',
    access: 'admin',
    status: 200,
    summary: 'Reports and appeals that wait for a moderator.',
    response: reviews.moderationList,
  },
  moderateReview: {
    method: 'POST',
    path: '/api/v1/moderation/reviews/:review',
    access: 'admin',
    status: 200,
    summary: 'Hide, keep or restore a review, or answer its appeal, with a reason.',
    params: z.strictObject({ review: z.uuid() }),
    body: reviews.moderationDecision,
    response: reviews.ownReview,
  },
  settlePlugin: {
    method: 'POST',
    path: '/api/v1/moderation/plugins/:publisher/:name',
    access: 'admin',
    status: 204,
    summary: 'Say what became of the reports about a plugin.',
    params: onePlugin,
    body: reviews.pluginDecision,
  },
  registerHost: {
    method: 'POST',
    path: '/api/v1/hosts',
    access: 'public',
    status: 201,
    summary: 'Make a host known by its key, so that it can vouch for installations.',
    body: hostRegistration,
    response: knownHost,
  },
  admitHost: {
    method: 'POST',
    path: '/api/v1/moderation/hosts',
    access: 'admin',
    status: 201,
    summary: 'Let a host in by its key, where registration is not open.',
    body: z.strictObject({ publicKey: publicKeyPem }),
    response: knownHost,
  },
  blockHost: {
    method: 'PUT',
    path: '/api/v1/moderation/hosts/:host/block',
    access: 'admin',
    status: 204,
    summary: 'Stop believing a host; its reviews are not shown meanwhile.',
    params: oneHost,
    body: z.strictObject({ reason: plainLine(500) }),
  },
  unblockHost: {
    method: 'DELETE',
    path: '/api/v1/moderation/hosts/:host/block',
    access: 'admin',
    status: 204,
    summary: 'Believe a host again.',
    params: oneHost,
  },
} as const satisfies Record<string, RegistryRoute>
