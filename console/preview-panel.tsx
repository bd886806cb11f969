/** Preview of a connector's tools: the totals, and every tool by name. */
import type { CatalogEntry } from '../lambda/admin/catalog-view.ts'
import { listWarning, type ToolExposure } from '../lambda/catalog/filter-rule.ts'
import type { ToolPreview } from './tool-preview.ts'

/** Above this number of tokens per conversation, the total is highlighted. The default list stays below it. */
const MANY_TOKENS = 5_000

export function PreviewPanel({ preview, exposure }: { preview: ToolPreview; exposure: ToolExposure }) {
  const { tools: listed, tokens } = preview.listed[exposure]
  const searching = listed.filter(({ discovery }) => discovery)
  const warning = listWarning(tokens)
  const names = new Set(listed.map(({ name }) => name))
  return (
    <aside class="card panel" aria-labelledby="preview-heading">
      <h2 id="preview-heading">Preview</h2>
      <div role="status" aria-live="polite">
        {preview.allowed.length === 0 ? (
          <p class="alert bad">No tool matches. Remove a restriction, or widen it.</p>
        ) : (
          <dl class="numbers">
            <div>
              <dt>allowed</dt>
              <dd>{preview.allowed.length}</dd>
            </div>
            <div>
              <dt>listed</dt>
              <dd>{listed.length}</dd>
            </div>
            <div class={tokens > MANY_TOKENS ? 'many' : ''}>
              <dt>tokens</dt>
              <dd>{tokens.toLocaleString('en')}</dd>
            </div>
          </dl>
        )}
      </div>
      {warning !== undefined && <p class="alert warn">{warning}</p>}
      {searching.length > 0 && preview.allowed.length > 0 && (
        <p class="small quiet">
          Listed: {listed.length - searching.length} of the allowed tools, and {searching.length} that find
          and call the others.
        </p>
      )}
      {preview.allowed.length > 0 && <ToolList tools={preview.allowed} listed={names} />}
    </aside>
  )
}

/** The tools by name; those that are not listed are dimmed. */
export function ToolList({ tools, listed }: { tools: CatalogEntry[]; listed: Set<string> }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <ul class="tool-list" aria-label="Allowed tools" tabIndex={0}>
      {tools.map(tool => (
        <li key={tool.name} class={listed.has(tool.name) ? '' : 'unlisted'}>
          <span class="tool-title">
            {tool.title}
            {tool.method_group !== 'read' && (
              <span class={`kind ${tool.method_group}`}>{KIND[tool.method_group]}</span>
            )}
          </span>
          <span class="small quiet">
            {listed.has(tool.name) ? `${tool.tokens} tokens` : 'found by search'}
          </span>
        </li>
      ))}
    </ul>
  )
}

const KIND: Record<string, string> = { write: 'write', custom: 'action' }
