/** What the tool list shows of what may be called, and what each choice costs a model. */
import type { ToolExposure } from '../lambda/catalog/filter-rule.ts'
import { EXPOSURES, type ToolPreview } from './tool-preview.ts'

const ABOUT: Record<ToolExposure, [string, string]> = {
  essentials: ['Essentials', 'What people use most; the rest is found by search.'],
  all: ['Everything', 'Every tool that it may call. Large lists make models worse, and cost more.'],
  discovery: ['Search only', 'Three tools that find and call the others: the smallest list.'],
}

interface ExposureChoiceProps {
  preview: ToolPreview
  chosen: ToolExposure
  onChange(exposure: ToolExposure): void
}

export function ExposureChoice({ preview, chosen, onChange }: ExposureChoiceProps) {
  return (
    <fieldset>
      <legend>What does the model see?</legend>
      <div class="choices">
        {EXPOSURES.map(exposure => {
          const { tools, tokens } = preview.listed[exposure]
          return (
            <label key={exposure} class="choice">
              <input
                type="radio"
                name="exposure"
                checked={chosen === exposure}
                onChange={() => onChange(exposure)}
              />
              <span>
                <b>{ABOUT[exposure][0]}</b>
                <span class="small quiet block">{ABOUT[exposure][1]}</span>
                <span class="small block number">
                  {tools.length} tools, {tokens.toLocaleString('en')} tokens
                </span>
              </span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
