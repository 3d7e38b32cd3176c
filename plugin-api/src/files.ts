/** What an entry is. Links, devices and sockets are `other`: they are shown and cannot be used. */
export type FileKind = 'file' | 'folder' | 'other'

/** One entry of a folder. */
export interface FileEntry {
  readonly name: string
  readonly kind: FileKind
}

/** What is known of a file or folder. */
export interface FileFacts {
  readonly kind: FileKind
  /** Size of a file; 0 for anything else. */
  readonly bytes: number
  /** ISO 8601. */
  readonly modifiedAt: string
}

/**
 * Files below two symbolic roots, as far as the permission family `files` was granted:
 *
 * - `$data/…` is private to the installation, counted by its quota (`fileBytes`: bytes of files, and 1024 for each file
 *   and folder) and removed with it.
 * - `$workspace/<root>/…` is a folder of the host that the operator gave to the workspace under the name `<root>`. Listing
 *   `$workspace` shows the names.
 *
 * Paths are those roots and plain names between slashes: at most 16 names of 255 bytes, no `..`, kept exactly. Links are
 * never followed. Fails with `FILE_DENIED` (not granted, a link, a special file), `FILE_UNKNOWN` (not there), `FILE_KIND`
 * (a folder instead of a file or the other way round), `FILE_TOO_LARGE`, `FILE_NOT_TEXT` and `FILE_QUOTA`.
 */
export interface Files {
  /** A file's bytes, at most 2 MiB at once; larger files are read in pieces. */
  read(path: string, range?: { readonly offset?: number; readonly length?: number }): Promise<Uint8Array>
  /** A whole file as UTF-8 text, at most 2 MiB. */
  readText(path: string): Promise<string>
  /** Writes a whole file, at most 2 MiB: nobody ever reads half of it. Folders on the way are made. */
  write(path: string, content: string | Uint8Array): Promise<void>
  /** The entries of a folder, sorted by name; at most 5000. */
  list(path: string): Promise<readonly FileEntry[]>
  stat(path: string): Promise<FileFacts>
  /** Removes a file or an empty folder. False when there was nothing. */
  remove(path: string): Promise<boolean>
}
