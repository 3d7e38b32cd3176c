import type { ReleaseDetail } from '@nexus/registry/contract'

/** What is known of a release before its bytes were looked at. Nothing of it is believed. */
export type ReleaseClaim = Pick<
  ReleaseDetail,
  'id' | 'version' | 'bundleDigest' | 'signatures' | 'distSignature' | 'log'
>
