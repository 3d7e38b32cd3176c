export { registryErrors } from './errors.ts'
export { createJsonLogger, type RegistryLogger } from './logger.ts'
export { openRegistry, type Registry, type RegistryOptions } from './open-registry.ts'
