import packageJson from '../package.json' with { type: 'json' }

/** Version of this registry. */
export const VERSION: string = packageJson.version
