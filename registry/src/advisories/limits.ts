/** Packages that one bulk question may name. */
export const MAX_BULK_PACKAGES = 5_000
/** Packages looked up in one statement. */
export const BULK_CHUNK = 500
/** How often a number that another transaction took is drawn again. */
export const NUMBER_ATTEMPTS = 5
