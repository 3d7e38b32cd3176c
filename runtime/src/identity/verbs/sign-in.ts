import { clientNetwork } from '../client-network.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity, OpenedSession } from '../identity.ts'
import { readInput, signInInput } from '../input.ts'
import { verifyPassword } from '../passwords.ts'
import { digestOf } from '../random-value.ts'
import { openSession } from './open-session.ts'

export async function signIn(
  context: IdentityContext,
  request: Parameters<Identity['signIn']>[0],
  requestId: string,
): Promise<OpenedSession> {
  const { email, password, remoteAddress, previousSession } = readInput(signInInput, request)
  const account = email.trim().toLowerCase()
  const address = clientNetwork(remoteAddress)
  // Counted before the password is looked at: guesses sent at once are counted all the same.
  takeAttempt(context, account, address, requestId)
  const user = await context.store.users.byEmail(account)
  const matches = await verifyPassword(user?.passwordHash, password)
  if (user === undefined || !matches || user.disabled) {
    // The typed address is left out: people type passwords into the wrong field.
    recordFailure(context, user === undefined ? 'unknown' : `user:${user.id}`, address, requestId)
    throw identityError(
      'IDENTITY_SIGN_IN_FAILED',
      'Expected a known e-mail address with its password, found something else. Check both and try again.',
    )
  }
  context.accountAttempts.forget(account)
  context.addressAttempts.giveBack(address)
  if (previousSession !== undefined) await context.store.sessions.remove(digestOf(previousSession))
  const session = await openSession(context, user.id)
  const actor = `user:${user.id}`
  record(context, { actor, action: 'user.signed-in', target: actor, requestId, details: { address } })
  return session
}

/** Counts an attempt against the account and the address; fails with 429 when either must wait. */
export function takeAttempt(context: IdentityContext, account: string, address: string, requestId: string): void {
  const now = context.now().getTime()
  const wait = context.addressAttempts.take(address, now) || context.accountAttempts.take(account, now)
  if (wait === 0) return
  const retryAfterSeconds = Math.ceil(wait / 1000)
  if (context.refusals.take(`sign-in ${address}`, now) === 0) {
    recordFailure(context, 'unknown', address, requestId, 'too many attempts')
  }
  throw identityError(
    'IDENTITY_TOO_MANY_ATTEMPTS',
    `Expected fewer attempts to sign in, found too many. Try again in ${retryAfterSeconds} seconds.`,
    { details: { retryAfterSeconds } },
  )
}

function recordFailure(
  context: IdentityContext,
  target: string,
  address: string,
  requestId: string,
  reason = 'credentials',
): void {
  record(context, {
    actor: 'anonymous',
    action: 'user.sign-in-failed',
    target,
    outcome: 'denied',
    requestId,
    details: { address, reason },
  })
}
