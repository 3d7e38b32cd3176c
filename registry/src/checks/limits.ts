const MIB = 1024 * 1024

/** Bytes of text that are scanned; a release with more is held for a person to look at. */
export const MAX_SCANNED_BYTES = 8 * MIB
/** Findings of one code in one file; the rest is left out, one is enough to act on. */
export const MAX_FINDINGS_PER_FILE = 5
/** Bytes of code above which starting a sandbox is felt. */
export const LARGE_CODE_BYTES = 2 * MIB
/** Bytes of all files above which installing is felt. */
export const LARGE_BUNDLE_BYTES = 8 * MIB
/** Identifiers of the form that obfuscators give; a few may be a coincidence. */
export const MAX_GENERATED_NAMES = 20
/** Characters written as escapes although they are plain letters; a few are somebody's habit. */
export const MAX_NEEDLESS_ESCAPES = 200
/** Characters of a text that is neither words nor a known format, as packed payloads are. */
export const PACKED_CHARACTERS = 8 * 1024
/** Shannon entropy in bits for each character above which a key is likely to be real. */
export const SECRET_ENTROPY = 3.6
/** Line breaks or spaces in a row that push what follows out of sight. */
export const BLANK_RUN = 30
