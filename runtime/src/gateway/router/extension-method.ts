/** The protocol's own methods, of any revision: one of these that is not served is an error, whatever it names. */
const OWN =
  /^(?:initialize|ping|(?:tools|prompts|resources|completion|logging|subscriptions|server|notifications|sampling|elicitation|roots|tasks)\/.*)$/

/** Whether a method may be one that only an upstream knows. */
export function isExtensionMethod(method: string): boolean {
  return method.includes('/') && !OWN.test(method)
}
