import { createHash } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs'
import { fulcioHandler, initializeCA, initializeCTLog } from '@sigstore/mock/dist/fulcio/index.js'
import { initializeTLog, rekorHandler } from '@sigstore/mock/dist/rekor/index.js'
import { initializeTSA, tsaHandler } from '@sigstore/mock/dist/timestamp/index.js'
import { generateKeyPair } from '@sigstore/mock/dist/util/key.js'

// A Sigstore instance of its own: certificate authority, log of certificates, transparency log, time stamps. In a
// process of its own, because parts of what it is made of change `node:http` for everybody.

const url = 'http://sigstore.test'
const ctLog = await initializeCTLog(generateKeyPair('prime256v1'))
const authority = await initializeCA(generateKeyPair('prime256v1'), ctLog)
const log = await initializeTLog(url, generateKeyPair('prime256v1'))
const stamps = await initializeTSA(generateKeyPair('prime256v1'))
// A clock of whole seconds: @sigstore/core does not read fractions as the mock writes them.
Object.assign(stamps, { getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000) })

/** The mock keeps `dsse` entries as they were proposed; Rekor keeps hashes and the signatures. */
const storedEntry = (proposed: {
  kind: string
  spec: { proposedContent?: { envelope: string; verifiers: string[] } }
}) => {
  const content = proposed.spec.proposedContent
  if (proposed.kind !== 'dsse' || content === undefined) return proposed
  const envelope = JSON.parse(content.envelope)
  const sha256 = (bytes: Buffer | string) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  })
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: sha256(content.envelope),
      payloadHash: sha256(Buffer.from(envelope.payload, 'base64')),
      signatures: [{ signature: envelope.signatures[0].sig, verifier: content.verifiers[0] }],
    },
  }
}
const take = log.log.bind(log)
log.log = (proposed: never) => take(storedEntry(proposed))

const handlers = [fulcioHandler(authority), rekorHandler(log), tsaHandler(stamps)]
const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const handler = handlers.find(({ path }) => request.url === path)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (handler === undefined) {
    response.writeHead(404).end()
    return
  }
  const answer = await handler.fn(Buffer.concat(chunks).toString('utf8'))
  response.writeHead(answer.statusCode, { 'content-type': answer.contentType ?? 'text/plain' }).end(answer.response)
}
const server = createServer((request, response) => void serve(request, response))

const bytesOf = (value: ArrayBufferLike | ArrayBufferView): Buffer =>
  'buffer' in value ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value)

const start = new Date(Date.now() - 60_000)
const publicKey = (rawBytes: Buffer) => ({
  rawBytes,
  keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
  validFor: { start },
})
const certificates = (...raw: readonly Buffer[]) => ({
  subject: { commonName: 'sigstore', organization: 'sigstore.test' },
  uri: url,
  certChain: { certificates: raw.map((rawBytes) => ({ rawBytes })) },
  validFor: { start },
  operator: 'test',
})
const instance = (key: Buffer, id: Buffer) => ({
  baseUrl: url,
  hashAlgorithm: HashAlgorithm.SHA2_256,
  publicKey: publicKey(key),
  logId: { keyId: id },
  checkpointKeyId: undefined,
  operator: 'test',
})
const trustedRoot = TrustedRoot.toJSON({
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  certificateAuthorities: [certificates(bytesOf(authority.rootCertificate))],
  ctlogs: [instance(ctLog.publicKey, bytesOf(ctLog.logID))],
  tlogs: [instance(log.publicKey, createHash('sha256').update(log.publicKey).digest())],
  timestampAuthorities: [certificates(bytesOf(stamps.intCertificate), bytesOf(stamps.rootCertificate))],
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, trustedRoot })}\n`)
})
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume()
