const KIB = 1024
const MIB = 1024 * KIB

/** Bytes of a publish request without the bundle: READMEs and manifests are in there. */
export const MAX_PUBLISH_METADATA_BYTES = 4 * MIB
/** Bytes of any other request body. */
export const MAX_BODY_BYTES = 256 * KIB
/** Bytes of an audit request, unpacked. */
export const MAX_AUDIT_BYTES = 2 * MIB
/** Characters of a member name in a publish request. */
export const MAX_KEY_CHARACTERS = 1024
/** Open brackets in a publish request. */
export const MAX_DEPTH = 64
/** Bytes of a bundle that are read at once to be sent; a smaller bundle is sent in one piece. */
export const SEND_CHUNK_BYTES = 256 * KIB
/** Tarball paths whose bundle is known without asking the database. */
export const KNOWN_TARBALLS = 5000
/** Results of one search. Source: npm's registry API. */
export const MAX_SEARCH_SIZE = 250
/** Publishes received at once; the rest wait for their turn instead of being refused, because npm would not come back. */
export const MAX_PUBLISHES = 8
/** Publishes that wait for their turn. */
export const MAX_WAITING_PUBLISHES = 64
/** Seconds after which a terminal asks again whether its sign-in was allowed. */
export const LOGIN_POLL_SECONDS = 2
/** Bytes of a bundle that are written to disk at once. */
export const WRITE_BYTES = 512 * KIB
