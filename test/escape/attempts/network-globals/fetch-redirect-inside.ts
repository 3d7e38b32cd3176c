import { apiGranted, BLOCKED, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the global fetch follows no redirect inside',
  handler: (place) =>
    `try { const r = await fetch('http://api.example.com:${place.granted}/${place.attacker}/redirect?to=' + encodeURIComponent('http://127.0.0.1:${place.internal}/'), { redirect: 'follow' }); return 'GOT ' + await r.text() } catch (error) { return 'blocked' }`,
  grants: apiGranted,
  gets: BLOCKED,
})
