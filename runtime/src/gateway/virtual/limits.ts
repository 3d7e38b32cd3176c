/** Text of one virtual server's YAML file, characters. */
export const MAX_YAML_LENGTH = 512 * 1024
/** Callers whose calls of one virtual server are counted at a time; who has rested longest is forgotten first. */
export const MAX_RATED_PRINCIPALS = 10_000
/** Bytes of list pages that are kept for all views of the host. */
export const MAX_LISTED_BYTES = 32 * 1024 * 1024
