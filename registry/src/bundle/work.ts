import type { Finding } from '../checks/finding.ts'
import type { BundleContents } from './contents.ts'
import type { PackageContents } from './package-contents.ts'

/** What a worker is asked for. */
export type Job =
  /** A path is read in the worker, so that nobody else ever holds the bytes. */
  | { readonly kind: 'read'; readonly source: Uint8Array | string; readonly scan: boolean }
  | { readonly kind: 'package'; readonly file: string }
  | { readonly kind: 'render'; readonly markdown: string }

/** Where each file lies in the one buffer that comes back. */
export interface ReadAnswer extends Omit<BundleContents, 'files'> {
  readonly content: ArrayBuffer
  readonly places: readonly (readonly [path: string, offset: number, length: number])[]
  /** Empty when no scan was asked for. */
  readonly findings: readonly Finding[]
}

/** What a worker answers. */
export type Answer =
  | { readonly kind: 'read'; readonly read: ReadAnswer }
  | { readonly kind: 'package'; readonly contents: PackageContents }
  | { readonly kind: 'render'; readonly html: string }
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly message: string
      readonly details: Readonly<Record<string, unknown>>
    }
