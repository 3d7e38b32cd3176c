/** scrypt as OWASP advises it for passphrases: 128 MiB and about half a second. */
export const SCRYPT_COST = 2 ** 17
export const SCRYPT_BLOCK_SIZE = 8
export const SCRYPT_PARALLELIZATION = 1
/** What scrypt may take at most, bytes; a file that asks for more is refused by Node. */
export const SCRYPT_MEMORY_BYTES = 512 * 1024 * 1024
