import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of requests leaves no more than allowed at once',
  handler: (place) => `
    const url = 'http://api.example.com:${place.granted}/${place.attacker}/'
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => context.network.fetch(url)))
    return String(all.filter((one) => one.status === 'fulfilled').length <= 16)
  `,
  grants: apiGranted,
  gets: 'true',
})
