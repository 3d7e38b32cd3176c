export { type CacheDesk, createCacheDesk } from './cache-desk.ts'
export { cacheErrors } from './errors.ts'
export type { CacheReadings } from './readings.ts'
export { ResultCache } from './result-cache.ts'
