/** Which tags restrict a connector: the catalog's tags and the account's tool groups. */
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
      <legend>Restrict to tags</legend>
      <p class="small quiet">
        Allows only tools with at least one selected tag. Without a selection, all tools.
      </p>
      {groups.length > 0 && (
        <div class="chips">
          <span class="small quiet">Tool groups</span>
          {groups.map(({ name }) => chip(name, 'own'))}
        </div>
      )}
      <div class="chips">{catalog.tags.map(tag => chip(tag, ''))}</div>
    </fieldset>
  )
}
