/** The form of a new or existing connector, with a preview of its tools and their token counts. */
import { useMemo, useState } from 'preact/hooks'
import type { CatalogView } from '../lambda/admin/catalog-view.ts'
import { MAX_RESULT_CHARACTERS } from '../lambda/connectors/connector.ts'
import type { ToolGroupRecord } from '../lambda/connectors/tool-group.ts'
import { Alert, FailureAlert } from './alert.tsx'
import { type ApiFailure, toFailure } from './api-failure.ts'
import { type ConnectorDraft, type ConnectorInput, methodsOf, missingIn, toInput } from './connector-draft.ts'
import { ExpiryField } from './expiry-field.tsx'
import { ExposureChoice } from './exposure-choice.tsx'
import { MethodChoice } from './method-choice.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { TagChoice } from './tag-choice.tsx'
import { previewTools } from './tool-preview.ts'

interface ConnectorFormProps {
  catalog: CatalogView
  groups: ToolGroupRecord[]
  initial: ConnectorDraft
  submitLabel: string
  cancelHref: string
  /** Sends the input; an error is shown above the button. */
  onSubmit(input: ConnectorInput): Promise<void>
}

export function ConnectorForm({ catalog, groups, initial, ...props }: ConnectorFormProps) {
  const [draft, setDraft] = useState(initial)
  const [failure, setFailure] = useState<ApiFailure>()
  const [missing, setMissing] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const change = (part: Partial<ConnectorDraft>) => setDraft(before => ({ ...before, ...part }))
  const { catalogVersion } = initial
  const choice = {
    methods: methodsOf(draft),
    tags: draft.tags,
    ...(catalogVersion !== undefined && { catalog_version: catalogVersion }),
  }
  const preview = useMemo(
    () => previewTools(catalog, groups, choice),
    [catalog, groups, catalogVersion, choice.methods.join(), choice.tags.join()],
  )

  const listed = preview.listed[draft.exposure]

  async function submit(event: Event) {
    event.preventDefault()
    setFailure(undefined)
    const message = missingIn(draft, Date.now())
    setMissing(message)
    if (message !== undefined) return
    setIsBusy(true)
    try {
      await props.onSubmit(toInput(draft, Date.now()))
    } catch (error) {
      setFailure(toFailure(error))
      setIsBusy(false)
    }
  }

  return (
    <form class="split" onSubmit={submit} noValidate>
      <div class="stack">
        <div class="card stack">
          <label class="field">
            <span class="label">Name</span>
            <input
              type="text"
              maxLength={100}
              required
              value={draft.name}
              placeholder="Reporting for ChatGPT"
              autocomplete="off"
              onInput={event => change({ name: event.currentTarget.value })}
            />
          </label>
          <ExpiryField
            value={draft.expiry}
            date={draft.date}
            canStayUnchanged={initial.expiry === 'unchanged'}
            onChange={(expiry, date) => change({ expiry, date })}
          />
        </div>
        <div class="card stack">
          <MethodChoice catalog={catalog} draft={draft} onChange={change} />
          <TagChoice
            catalog={catalog}
            groups={groups}
            chosen={draft.tags}
            onChange={tags => change({ tags })}
          />
        </div>
        <div class="card stack">
          <ExposureChoice
            preview={preview}
            chosen={draft.exposure}
            onChange={exposure => change({ exposure })}
          />
          <label class="tick">
            <input
              type="checkbox"
              checked={draft.requireApiToken}
              onChange={event => change({ requireApiToken: event.currentTarget.checked })}
            />
            <span>
              Require an API token beside the URL
              <span class="small quiet block">For your own agents. ChatGPT cannot send one.</span>
            </span>
          </label>
          <label class="field">
            <span class="label">Longest result, in characters</span>
            <input
              type="number"
              min={MAX_RESULT_CHARACTERS.least}
              max={MAX_RESULT_CHARACTERS.most}
              step={1000}
              value={draft.maxResultCharacters}
              onInput={event => change({ maxResultCharacters: event.currentTarget.valueAsNumber })}
            />
            <span class="small quiet block">
              The default of 48,000 fits the limits of today's clients. Longer results are read part by part.
            </span>
          </label>
        </div>
        {missing !== undefined && <Alert kind="bad">{missing}</Alert>}
        {failure !== undefined && <FailureAlert failure={failure} />}
        <div class="actions final">
          <p class="leaves" aria-hidden="true">
            <b>{preview.allowed.length}</b> allowed, <b>{listed.tools.length}</b> listed,{' '}
            <b>{listed.tokens.toLocaleString('en')}</b> tokens
          </p>
          <button type="submit" class="button primary" disabled={isBusy || preview.allowed.length === 0}>
            {isBusy ? 'Working…' : props.submitLabel}
          </button>
          <a class="button" href={props.cancelHref}>
            Cancel
          </a>
        </div>
      </div>
      <PreviewPanel preview={preview} exposure={draft.exposure} />
    </form>
  )
}
