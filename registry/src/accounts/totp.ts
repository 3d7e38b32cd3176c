import { Secret, TOTP } from 'otpauth'
import { OTP_DRIFT_STEPS, OTP_PERIOD_SECONDS } from './limits.ts'

/** RFC 6238 as every authenticator app does it: SHA-1, six digits, 30 seconds. */
function totpOf(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: 'Nexus registry',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: OTP_PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  })
}

/** A new secret of 160 bits, and the address that authenticator apps read. */
export function createTotpSecret(accountName: string): { readonly secret: string; readonly url: string } {
  const secret = new Secret({ size: 20 }).base32
  return { secret, url: totpOf(secret, accountName).toString() }
}

/** Which time step a code is of, when it is one of now or of a neighbouring step. */
export function stepOfCode(secret: string, code: string): number | undefined {
  const timestamp = Date.now()
  const delta = totpOf(secret).validate({ token: code, timestamp, window: OTP_DRIFT_STEPS })
  return delta === null ? undefined : Math.floor(timestamp / 1000 / OTP_PERIOD_SECONDS) + delta
}
