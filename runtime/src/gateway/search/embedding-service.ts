import type { Egress } from '../../broker/egress/egress.ts'
import { gatewayError } from '../errors.ts'
import { type EmbedTexts, embeddingAnswer } from './embeddings.ts'
import { EMBEDDING_MS, MAX_EMBEDDING_BYTES } from './limits.ts'

export interface EmbeddingServiceOptions {
  /** Address of an OpenAI-compatible `/embeddings`, which the operator chose: it may be inside the own network. */
  readonly url: string
  readonly model: string
  /** Sent as a bearer token. */
  readonly key: string | undefined
  readonly egress: Pick<Egress, 'request'>
}

/** An embedding service over HTTP, by the same checked way out as everything else. */
export function embeddingService({ url, model, key, egress }: EmbeddingServiceOptions): EmbedTexts {
  const { protocol, hostname: host, port } = new URL(url)
  const scheme = protocol === 'http:' ? 'http' : 'https'
  const standard = scheme === 'http' ? 80 : 443
  const grant = {
    scheme,
    host,
    port: Number(port || standard),
    methods: ['POST'],
    allowPrivateAddresses: true,
  } as const
  return async (texts, signal) => {
    const answer = await egress.request({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      ...(key === undefined ? {} : { secretHeaders: { authorization: `Bearer ${key}` } }),
      body: JSON.stringify({ model, input: texts }),
      grants: [grant],
      signal,
      timeoutMs: EMBEDDING_MS,
      maxBytes: MAX_EMBEDDING_BYTES,
    })
    if (answer.status !== 200) throw unusable(`HTTP ${answer.status}`)
    const parsed = embeddingAnswer.safeParse(JSON.parse(new TextDecoder().decode(answer.body)))
    if (!parsed.success) throw unusable('another form')
    const inOrder = parsed.data.data.toSorted((left, right) => left.index - right.index)
    if (inOrder.length !== texts.length) throw unusable(`${inOrder.length} vectors`)
    return inOrder.map(({ embedding }) => embedding)
  }
}

function unusable(found: string): Error {
  return gatewayError(
    'EMBEDDINGS_UNUSABLE',
    `Expected a vector for each text from the embedding service, found ${found}.`,
  )
}
