import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an installation without grants can do nothing outside',
  handler: (place) => `
    const codes = []
    for (const attempt of [() => context.network.fetch('http://api.example.com:${place.granted}/'), () => context.secrets.read('token'), () => context.upstreams?.stdio('x', { command: 'id' }), () => context.upstreams?.http('x', { url: 'http://api.example.com:${place.granted}/' })]) {
      try { const got = await attempt(); codes.push('GOT' + JSON.stringify(got)) } catch (error) { codes.push(error.code) }
    }
    return codes.join()
  `,
  gets: 'NETWORK_DENIED,SECRET_DENIED,PERMISSION_DENIED,NETWORK_DENIED',
})
