/**
 * Gumloop's API description with an addition for Prism, which accepts several files in a form only where an `encoding` says
 * that each file is a separate part, OpenAPI's default. Nothing else changes. Pure.
 */
export function toPrismVariant(description: string): string {
  const document = JSON.parse(description)
  for (const item of Object.values<Record<string, Operation>>(document.paths)) {
    for (const { requestBody } of Object.values(item)) {
      const form = requestBody?.content?.['multipart/form-data']
      if (form) form.encoding = { files: { style: 'form', explode: true, allowReserved: true } }
    }
  }
  return JSON.stringify(document)
}

interface Operation {
  requestBody?: { content?: Record<string, { encoding?: unknown }> }
}
