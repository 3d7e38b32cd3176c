import type { OAuthClientMetadata } from '@modelcontextprotocol/client'

export const CALLBACK_PATH = '/oauth/upstream/callback'
export const START_PATH = '/oauth/upstream/start'
export const CLIENT_DOCUMENT_PATH = '/oauth/upstream/client.json'

/** What the host says of itself to authorization servers. */
export function hostClientMetadata(publicUrl: string): OAuthClientMetadata {
  return {
    client_name: 'Nexus',
    client_uri: publicUrl,
    redirect_uris: [`${publicUrl}${CALLBACK_PATH}`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: new URL(publicUrl).protocol === 'https:' ? 'web' : 'native',
  }
}

/** Where the metadata can be read, as servers demand that take an address for a client id: over https only. */
export function clientDocumentUrl(publicUrl: string): string | undefined {
  return publicUrl.startsWith('https:') ? `${publicUrl}${CLIENT_DOCUMENT_PATH}` : undefined
}
