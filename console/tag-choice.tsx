/** Which topics a connector is limited to: the catalog's tags, and the account's own groups of tools. */
import type { CatalogView } from '../lambda/admin/catalog-view.ts'
import type { ToolGroupRecord } from '../lambda/connectors/tool-group.ts'
import { toggled } from './connector-draft.ts'

interface TagChoiceProps {
  catalog: CatalogView
  groups: ToolGroupRecord[]
  chosen: string[]
  onChange(tags: string[]): void
}

export function TagChoice({ catalog, groups, chosen, onChange }: TagChoiceProps) {
  const chip = (word: string, kind: '' | 'own') => (
    <label key={word} class={`chip ${kind}`}>
      <input
        type="checkbox"
        checked={chosen.includes(word)}
        onChange={event => onChange(toggled(chosen, word, event.currentTarget.checked))}
      />
      <span>{word}</span>
    </label>
  )
  return (
    <fieldset>
      <legend>About what?</legend>
      <p class="small quiet">None chosen: everything. Otherwise a tool passes with at least one of them.</p>
      {groups.length > 0 && (
        <div class="chips">
          <span class="small quiet">Your groups</span>
          {groups.map(({ name }) => chip(name, 'own'))}
        </div>
      )}
      <div class="chips">{catalog.tags.map(tag => chip(tag, ''))}</div>
    </fieldset>
  )
}
