import MarkdownIt from 'markdown-it'
import sanitizeHtml from 'sanitize-html'

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })

/** Text, tables, lists, code and links to the web. No images: they would tell their host who reads what. */
const ALLOWED_TAGS =
  'h1 h2 h3 h4 h5 h6 p br hr blockquote pre code em strong s a ul ol li table thead tbody tr th td'.split(' ')

/** Markdown to HTML that holds no script, handler, style, frame, form or image. Blocks: call it in a worker. */
export function renderMarkdown(text: string): string {
  return sanitizeHtml(markdown.render(text), {
    allowedTags: ALLOWED_TAGS,
    allowedAttributes: { a: ['href', 'title', 'rel'], ol: ['start'] },
    allowedSchemes: ['https', 'http', 'mailto'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow noopener noreferrer ugc' }) },
  })
}
