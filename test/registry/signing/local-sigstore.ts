import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type IdentitySigner, type SigstoreServices, sigstoreServices } from '@nexus/registry/signing'

const script = fileURLToPath(new URL('./sigstore-process.ts', import.meta.url))

/** A Sigstore instance that runs in a process of its own. */
export interface LocalSigstore extends AsyncDisposable {
  readonly services: SigstoreServices
  /** Its `trusted_root.json`. */
  readonly trustedRoot: Record<string, unknown>
  /** Somebody with this identity token. */
  signer(claims?: Readonly<Record<string, unknown>>): IdentitySigner
}

export const ISSUER = 'https://accounts.example.test'

/** An identity token as an OpenID provider gives one. The instance reads the claims and believes them. */
export function identityToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 300
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: ISSUER, aud: 'sigstore', exp, ...claims })}.c2ln`
}

export async function openLocalSigstore(): Promise<LocalSigstore> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The local Sigstore instance ended with ${code}.`))),
  ])
  const { url, trustedRoot } = JSON.parse(String(line))
  const services = sigstoreServices.parse({ fulcioUrl: url, rekorUrl: url, timestampUrl: url })
  return {
    services,
    trustedRoot,
    signer: (claims = {}) => ({
      kind: 'identity',
      services,
      identityToken: identityToken({ sub: 'dev@acme.test', email: 'dev@acme.test', email_verified: true, ...claims }),
    }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
