const KIB = 1024
const MIB = 1024 * KIB

/** What the tar grammar counts while it reads. Sizes in bytes. */
export interface ArchiveLimits {
  /** The tarball as uploaded. */
  readonly packed: number
  /** The tar archive inside. */
  readonly unpacked: number
  /** One file. */
  readonly file: number
  /** Files and folders. */
  readonly entries: number
}

/** Bytes of a bundle as uploaded. */
export const MAX_BUNDLE_BYTES = 20 * MIB
/** Bytes of the tar archive inside. */
export const MAX_UNPACKED_BYTES = 64 * MIB
/** Bytes of one file. */
export const MAX_FILE_BYTES = 16 * MIB
/** Files and folders in one bundle. */
export const MAX_ENTRIES = 5000
/** A plugin's bundle: it is unpacked in memory. */
export const BUNDLE_LIMITS: ArchiveLimits = {
  packed: MAX_BUNDLE_BYTES,
  unpacked: MAX_UNPACKED_BYTES,
  file: MAX_FILE_BYTES,
  entries: MAX_ENTRIES,
}
/** Bytes of a plain npm package as uploaded. */
export const MAX_PACKAGE_BYTES = 64 * MIB
/** A plain npm package: it is read as it streams by, so these cost time and no memory. */
export const PACKAGE_LIMITS: ArchiveLimits = {
  packed: MAX_PACKAGE_BYTES,
  unpacked: 512 * MIB,
  file: 256 * MIB,
  entries: 50_000,
}
/** Bytes of `nexus.plugin.json`, and of `package.json`. */
export const MAX_MANIFEST_BYTES = 256 * KIB
/** Bytes of `sbom.cdx.json`. */
export const MAX_SBOM_BYTES = 4 * MIB
/** Bytes of an icon. */
export const MAX_ICON_BYTES = 512 * KIB
/** Pixels of an icon, each way. */
export const MAX_ICON_PIXELS = 2048
/** Bytes of the README, and of the changelog. */
export const MAX_README_BYTES = MIB
/** Bytes of a path below `package/`. */
export const MAX_PATH_BYTES = 512
/** Bytes of one segment of a path: what every file system accepts. */
export const MAX_SEGMENT_BYTES = 255
/** Bytes of one extended header: enough for a path and times, nothing more. */
export const MAX_EXTENDED_HEADER_BYTES = 8 * KIB
/** Zero bytes after the last entry; GNU tar pads to 10 KiB. */
export const MAX_PADDING_BYTES = 64 * KIB
/** Nesting of a JSON file. */
export const MAX_JSON_DEPTH = 64
/** Longest that reading one bundle may take, in milliseconds; the thread is ended then. */
export const READ_BUDGET_MS = 10_000
/** Longest that reading one plain package may take, in milliseconds. */
export const PACKAGE_BUDGET_MS = 20_000
/** Longest that rendering one README may take, in milliseconds. */
export const RENDER_BUDGET_MS = 5000
/** Heap of a reading thread in MiB. */
export const WORKER_HEAP_MB = 256
/** Reading threads at once; further bundles wait. */
export const MAX_WORKERS = 2
/** Bundles that wait for a thread; more are asked to come back. */
export const MAX_WAITING_JOBS = 64
/** How long a reading thread waits for the next bundle before it ends, in milliseconds. */
export const WORKER_IDLE_MS = 5000
/** Bytes that a plain package is inflated by at once. */
export const INFLATE_CHUNK_BYTES = 256 * KIB
