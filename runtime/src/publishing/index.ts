export { createRegistryClient } from '../install/index.ts'
export { createPublisher } from './create-publisher.ts'
export { publishBundle } from './publish-bundle.ts'
export { publisherFilePath, readPublisherFile, signingKeyOf } from './publisher-file.ts'
