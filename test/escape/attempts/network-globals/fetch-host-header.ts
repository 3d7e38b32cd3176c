import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the global fetch drops headers that are not the plugin’s to set',
  handler: (place) => `
    const r = await fetch('http://api.example.com:${place.granted}/${place.attacker}/echo', { headers: new Headers({ Host: 'evil', Cookie: 'evil', 'X-Forwarded-For': 'evil', Connection: 'evil', 'x-fine': 'fine' }) })
    const seen = await r.json()
    return String(!JSON.stringify(seen).includes('evil')) + seen['x-fine']
  `,
  grants: apiGranted,
  gets: 'truefine',
})
