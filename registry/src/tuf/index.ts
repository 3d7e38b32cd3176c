export { binOf } from './bins.ts'
export { makeRoot } from './make-root.ts'
export { newKey, readSigner } from './root-keys.ts'
export { signMetadata, toSigner } from './signed-metadata.ts'
