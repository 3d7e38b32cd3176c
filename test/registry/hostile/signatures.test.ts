import { createPrivateKey, sign } from 'node:crypto'
import type { SignatureBundle } from '@nexus/registry/contract'
import { type SigningKey, generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestRegistry } from '../http/open-test-registry.ts'
import { signedPlugin } from '../fixtures.ts'
import { CLASSES } from './hostile-case.ts'
import { type Registry, expectNothingLeft, filesOf } from './world.ts'

type Json = Record<string, unknown>

/** A valid release and what an attacker can make a signature with. */
interface Scene {
  readonly registry: Registry
  readonly release: Awaited<ReturnType<typeof signedPlugin>>
  readonly other: Awaited<ReturnType<typeof signedPlugin>>
}

const TYPE = 'application/vnd.in-toto+json'
const attacker = generateKeyPair()

/** Signs any payload as DSSE does, as whoever has the key can. */
function seal(payload: string, key: SigningKey, change: { hint?: string; type?: string } = {}): Json {
  const type = change.type ?? TYPE
  const encoded = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${Buffer.byteLength(payload)} ${payload}`
  const sig = sign(null, Buffer.from(encoded), createPrivateKey(key.privateKey)).toString('base64')
  const hint = change.hint ?? key.keyId
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint }, timestampVerificationData: {} },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: type,
      signatures: [{ sig, keyid: hint }],
    },
  }
}

const statementOf = (signature: SignatureBundle): Json =>
  JSON.parse(Buffer.from(signature.dsseEnvelope.payload, 'base64').toString())

/** The publisher itself signs another statement. */
const restate =
  (change: (statement: Json) => unknown) =>
  ({ registry, release }: Scene): unknown =>
    seal(JSON.stringify(change(statementOf(release.signature))), registry.key)

const predicate = (change: Json) =>
  restate((one) => ({ ...one, predicate: { ...Object(one['predicate']), ...change } }))

/** The bundle is changed after it was signed. */
const tamper =
  (change: (bundle: Json) => unknown) =>
  ({ release }: Scene): unknown =>
    change(structuredClone(release.signature))

const envelope = (change: (dsse: Json) => Json) =>
  tamper((one) => ({
    ...one,
    dsseEnvelope: { ...Object(one['dsseEnvelope']), ...change(Object(one['dsseEnvelope'])) },
  }))

const flip = (base64: unknown, at: number): string => {
  const bytes = Buffer.from(String(base64), 'base64')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString('base64')
}
const signaturesOf = (dsse: Json): readonly Json[] => Object(dsse['signatures'])

const digest = (letter: string, length: number) => letter.repeat(length)
const forged: readonly (readonly [title: string, make: (scene: Scene) => unknown])[] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['a text', () => 'signed'],
  ['an empty object', () => ({})],
  ['another media type', tamper((one) => ({ ...one, mediaType: 'text/plain' }))],
  ['a member that nobody knows', tamper((one) => ({ ...one, surprise: true }))],
  ['no envelope', tamper((one) => ({ ...one, dsseEnvelope: undefined }))],
  ['no signature', envelope(() => ({ signatures: [] }))],
  ['two signatures', envelope((dsse) => ({ signatures: [...signaturesOf(dsse), ...signaturesOf(dsse)] }))],
  ['an empty signature', envelope((dsse) => ({ signatures: [{ ...signaturesOf(dsse)[0], sig: '' }] }))],
  [
    'a changed signature',
    envelope((dsse) => ({ signatures: [{ ...signaturesOf(dsse)[0], sig: flip(signaturesOf(dsse)[0]?.['sig'], 9) }] })),
  ],
  ['a changed payload', envelope((dsse) => ({ payload: flip(dsse['payload'], 40) }))],
  ['another type of payload', envelope(() => ({ payloadType: 'application/json' }))],
  ['a payload that is no base64', envelope(() => ({ payload: '***' }))],
  [
    'a payload of another release',
    ({ release, other }) => ({
      ...release.signature,
      dsseEnvelope: { ...release.signature.dsseEnvelope, payload: other.signature.dsseEnvelope.payload },
    }),
  ],
  ['the signature of another release', ({ other }) => other.signature],
  ['a key that nobody knows', ({ release }) => seal(JSON.stringify(statementOf(release.signature)), attacker)],
  [
    'a key that nobody knows under the name of one that is',
    ({ registry, release }) =>
      seal(JSON.stringify(statementOf(release.signature)), attacker, { hint: registry.key.keyId }),
  ],
  [
    'a name of a key that nobody knows',
    tamper((one) => ({ ...one, verificationMaterial: { publicKey: { hint: digest('0', 64) } } })),
  ],
  [
    'a certificate beside the key',
    tamper((one) => ({
      ...one,
      verificationMaterial: { ...Object(one['verificationMaterial']), certificate: { rawBytes: 'AAAA' } },
    })),
  ],
  ['a statement that is no JSON', ({ registry }) => seal('not json', registry.key)],
  ['a statement that is null', restate(() => null)],
  ['a statement of another kind', restate((one) => ({ ...one, predicateType: 'https://slsa.dev/provenance/v1' }))],
  ['no subject', restate((one) => ({ ...one, subject: [] }))],
  ['two subjects', restate((one) => ({ ...one, subject: [Object(one['subject'])[0], Object(one['subject'])[0]] }))],
  [
    'another subject',
    restate((one) => ({ ...one, subject: [{ ...Object(one['subject'])[0], name: 'pkg:nexus/acme/other@1.0.0' }] })),
  ],
  [
    'another digest of the bundle',
    restate((one) => ({ ...one, subject: [{ ...Object(one['subject'])[0], digest: { sha512: digest('a', 128) } }] })),
  ],
  ['another version', predicate({ version: '9.9.9' })],
  ['another manifest', predicate({ manifestDigest: `sha256:${digest('a', 64)}` })],
  ['other tools', predicate({ toolsDigest: `sha256:${digest('a', 64)}` })],
]

describe('publishing with forged signatures [R2][R4]', () => {
  let scene: Scene
  beforeAll(async () => {
    const registry = await openTestRegistry()
    const release = await signedPlugin(registry.key)
    scene = { registry, release, other: await signedPlugin(registry.key, { manifest: { version: '1.0.1' } }) }
  })
  afterAll(() => scene.registry[Symbol.asyncDispose]())

  it('covers as many cases as the reference names', () => {
    expect(forged).toHaveLength(CLASSES.signature)
  })

  it.each(forged)(
    'refuses %s',
    async (_, make) => {
      const { registry, release } = scene
      const before = await filesOf(registry.dataDir)
      const answer = await registry.publish({ ...release, signature: make(scene) })
      expect([400, 422]).toContain(answer.status)
      expect(Object(answer.body).code).toMatch(/^(?:SIGNATURE_|STATEMENT_|REQUEST_|BODY_)/)
      await expectNothingLeft(registry, before, '1.0.0')
    },
    30_000,
  )

  it('accepts the right one afterwards', async () => {
    expect((await scene.registry.publish(scene.release)).status).toBe(201)
  })
})
