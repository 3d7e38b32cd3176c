import { hash, verify } from '@node-rs/argon2'
import { accountError } from './errors.ts'
import { ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_PASSES, PASSWORD_MAX, PASSWORD_MIN } from './limits.ts'

// Argon2id is the library's default algorithm; it works in the thread pool, never on the event loop.
const options = { memoryCost: ARGON2_MEMORY_KIB, timeCost: ARGON2_PASSES, parallelism: ARGON2_LANES }

/** The same password typed on another keyboard must have the same bytes. Source: NIST SP 800-63B, 3.1.1.2. */
function normalized(password: string): string {
  return password.normalize('NFKC')
}

/** Hashes a new password into PHC form. Fails with `PASSWORD_REFUSED` when the rules do not hold. */
export async function hashPassword(password: string): Promise<string> {
  const text = normalized(password)
  const length = Array.from(text).length
  if (length < PASSWORD_MIN || length > PASSWORD_MAX || !text.isWellFormed()) {
    throw accountError(
      'PASSWORD_REFUSED',
      `Expected a password of ${PASSWORD_MIN} to ${PASSWORD_MAX} characters, found ${length}. Choose a phrase you remember.`,
      { details: { minimum: PASSWORD_MIN, maximum: PASSWORD_MAX, found: length } },
    )
  }
  return hash(text, options)
}

let decoy: Promise<string> | undefined

/** Compares a password. Without a hash (no such account) it takes the same time and answers false. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hash('nobody has this password', options)
  const decoyHash = await decoy
  // Nothing that is too long to be a password is worth the work.
  const matches = password.length <= 4 * PASSWORD_MAX && (await verify(passwordHash ?? decoyHash, normalized(password)))
  return matches && passwordHash !== undefined
}
