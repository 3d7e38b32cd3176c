/** A text or an element; comments and declarations are gone. */
export type HtmlNode = string | HtmlElement

/** An element with the attributes that matter here. */
export interface HtmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: HtmlNode[]
  /** Whether any element inside, at any depth, stands on lines of its own. */
  holdsBlock: boolean
}

const BLOCKS = new Set(
  (
    'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre search section summary ' +
    'table tbody td tfoot th thead tr ul'
  ).split(' '),
)

/** Does the element stand on lines of its own? Unknown elements are part of the line. */
export function isBlock(name: string): boolean {
  return BLOCKS.has(name)
}

const NOISE = new Set(
  (
    'script style noscript template iframe svg math nav aside footer select button input textarea canvas audio video object ' +
    'embed map dialog head title link meta datalist'
  ).split(' '),
)
const NOISE_ROLES = new Set([
  'banner',
  'complementary',
  'contentinfo',
  'navigation',
  'search',
  'menu',
  'menubar',
  'dialog',
  'alertdialog',
])

/** Is the element not part of what a reader came for? */
export function isNoise(element: HtmlElement): boolean {
  if (NOISE.has(element.name)) return element.name !== 'dialog' || !element.attributes.has('open')
  const { attributes } = element
  return (
    attributes.has('hidden') ||
    attributes.get('aria-hidden') === 'true' ||
    NOISE_ROLES.has(attributes.get('role') ?? '')
  )
}

/** The first element, in document order, that satisfies the condition. */
export function findElement(root: HtmlElement, condition: (element: HtmlElement) => boolean): HtmlElement | undefined {
  for (const child of root.children) {
    if (typeof child === 'string') continue
    if (condition(child)) return child
    const found = findElement(child, condition)
    if (found !== undefined) return found
  }
  return undefined
}

/** All text of the element as it stands, without markup. */
export function textOf(node: HtmlNode): string {
  if (typeof node === 'string') return node
  return node.children
    .map((child) => (typeof child === 'string' || !isBlock(child.name) ? textOf(child) : ` ${textOf(child)} `))
    .join('')
}
