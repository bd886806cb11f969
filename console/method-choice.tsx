/** Which groups of tools a connector may use, and which individual tools. */
import { useState } from 'preact/hooks'
import type { CatalogView } from '../lambda/admin/catalog-view.ts'
import { type ConnectorDraft, METHOD_GROUPS, toggled } from './connector-draft.ts'

const ABOUT: Record<string, [string, string]> = {
  read: ['Read', 'Search, read, wait for runs. Changes nothing.'],
  write: ['Write', 'Create and change: start agents and flows, upload, edit.'],
  custom: ['Other actions', 'Cancel, approve, attach, share, and everything else.'],
}

interface MethodChoiceProps {
  catalog: CatalogView
  draft: ConnectorDraft
  onChange(change: Partial<ConnectorDraft>): void
}

export function MethodChoice({ catalog, draft, onChange }: MethodChoiceProps) {
  const isEverything = draft.groups.length === METHOD_GROUPS.length
  return (
    <fieldset>
      <legend>What may it do?</legend>
      <div class="choices">
        {METHOD_GROUPS.map(group => (
          <label key={group} class="choice">
            <input
              type="checkbox"
              checked={draft.groups.includes(group)}
              onChange={event =>
                onChange({ groups: toggled(draft.groups, group, event.currentTarget.checked) })
              }
            />
            <span>
              <b>{ABOUT[group]?.[0]}</b>
              <span class="small quiet block">{ABOUT[group]?.[1]}</span>
            </span>
          </label>
        ))}
      </div>
      {!isEverything && (
        <SingleTools
          catalog={catalog}
          chosen={draft.tools}
          groups={draft.groups}
          onChange={tools => onChange({ tools })}
        />
      )}
    </fieldset>
  )
}

interface SingleToolsProps {
  catalog: CatalogView
  chosen: string[]
  groups: string[]
  onChange(tools: string[]): void
}

function SingleTools({ catalog, chosen, groups, onChange }: SingleToolsProps) {
  const [words, setWords] = useState('')
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found = catalog.tools.filter(
    tool =>
      !tool.discovery &&
      !groups.includes(tool.method_group) &&
      wanted.every(word => `${tool.name} ${tool.title}`.toLowerCase().includes(word)),
  )
  return (
    <details class="more" open={chosen.length > 0}>
      <summary>
        Individual tools{chosen.length > 0 && <span class="count">{chosen.length} selected</span>}
      </summary>
      <label class="field">
        <span class="hidden">Find a tool</span>
        <input
          type="search"
          placeholder="Find a tool…"
          value={words}
          onInput={event => setWords(event.currentTarget.value)}
        />
      </label>
      <ul class="tool-list ticks">
        {found.map(tool => (
          <li key={tool.name}>
            <label class="tick">
              <input
                type="checkbox"
                checked={chosen.includes(tool.name)}
                onChange={event => onChange(toggled(chosen, tool.name, event.currentTarget.checked))}
              />
              <span>
                {tool.title}
                <code class="small quiet block">{tool.name}</code>
              </span>
            </label>
          </li>
        ))}
        {found.length === 0 && <li class="quiet">No matching tools.</li>}
      </ul>
    </details>
  )
}
