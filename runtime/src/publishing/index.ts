export { createRegistryCaller, createRegistryClient } from '../install/index.ts'
export { createPublisher } from './create-publisher.ts'
export { findPublished } from './find-published.ts'
export { checkNamespace, publishBundle } from './publish-bundle.ts'
export {
  type PublisherFile,
  isSealed,
  openSigningKey,
  publisherFilePath,
  readPublisherFile,
  withKey,
  writePublisherFile,
} from './publisher-file.ts'
export { readBundle } from '@nexus/registry/bundle'
export { generateKeyPair, keyIdOf, sigstoreServices } from '@nexus/registry/signing'
export { withRegistryWords } from './registry-words.ts'
export { signContents } from './sign-bundle.ts'
export { forgetAccount, readAccount, rememberAccount } from './account-file.ts'
export { readProvenance } from './read-provenance.ts'
export { type RegistryAccountClient, createRegistryAccountClient } from './registry-account-client.ts'
