export { openReleaseStore } from './open-release-store.ts'
export { createRegistryClient, type RegistryClient } from './registry-client.ts'
export type { ReleasePlan, ReleaseStore, VerifiedRelease } from './release-store.ts'
export { openTrust, type Trust } from './trust.ts'
