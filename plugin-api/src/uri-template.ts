/**
 * Names of the variables in a URI template, in their order. Source: RFC 6570.
 *
 * @example
 * templateVariables('notes://{folder}/{name}') // ['folder', 'name']
 */
export function templateVariables(uriTemplate: string): readonly string[] {
  const expressions = uriTemplate.match(/\{[^{}]*\}/g) ?? []
  return expressions.flatMap((expression) =>
    expression
      .slice(1, -1)
      .replace(/^[+#./;?&]/, '')
      .split(',')
      .map((variable) => variable.replace(/(\*|:\d+)$/, ''))
      .filter((variable) => variable !== ''),
  )
}
