import { createEgress } from '../broker/index.ts'
import type { Config } from '../config.ts'
import { createEmbeddings, type Embeddings } from '../gateway/search/embeddings.ts'
import { embeddingService } from '../gateway/search/embedding-service.ts'
import type { Logger } from '../telemetry/index.ts'

/** Search by meaning, where the operator named a service for it. */
export function openEmbeddings(config: Config, logger: Logger, stack: AsyncDisposableStack): Embeddings | undefined {
  const { embeddingsUrl: url, embeddingsModel: model, embeddingsKey: key } = config
  if (url === undefined || model === undefined) return undefined
  const egress = stack.use(createEgress())
  return createEmbeddings(embeddingService({ url, model, key, egress }), (error) =>
    logger.warn({ err: error }, 'The embedding service cannot be used; tools are searched by words alone.'),
  )
}
