/** What npm may see: where things are, how to reach the registry. Keys and passwords of the host are not among it. */
const NPM_VARIABLES =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|COMSPEC|TMPDIR|TEMP|TMP|LANG|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|HTTPS?_PROXY|NO_PROXY|npm_config_.*)$/i

/** Environment variables by name; absent ones are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of npm. npm is configured by the variables of whoever runs the host, as on a command line; that is
 * why they are read here and not in the host's own configuration.
 */
export function npmEnvironment(given: Environment = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(given).filter(([name]) => NPM_VARIABLES.test(name)))
}
