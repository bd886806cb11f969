/** The product's icon, for clients that show one: a PNG, which every client must support. */
import type { Icon } from '@modelcontextprotocol/server'

export const ICONS: Icon[] = [
  {
    src: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQMAAABtzGvEAAAABlBMVEX////bJ3fAul9VAAAAAnRSTlMA/1uRIrUAAACGSURBVHjafZCxDcAgDAQTUVAyAitkAxaLBKMxCiNQUkT5vC1DlcSSOQm97be37TdCVwDyOqASHmhEBAaRgIvIwC3CHkSK6oidyU/HPAnKDlYP7TjRDU46h6bzFuJ4hS8qYa1BykPTZgLq4oKMTVVN5KqWUKbBadfM2yq2mK1pS9sJ5kE+4wGCvls7ao3O9AAAAABJRU5ErkJggg==',
    mimeType: 'image/png',
    sizes: ['48x48'],
  },
]
